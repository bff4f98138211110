package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.UdpPort.SendListener;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the datagrams of a batch, those of one family at a time; so the order holds per endpoint,
 * not between the families.
 *
 * <p><b>Shape:</b> message {@code i} of the vector carries the datagrams from slot {@code
 * firstSlot[i]} on. Its address and control messages stay encoded: while the same endpoint and TOS
 * come again in the same place, as they do when one peer sends much, only the data vector is
 * written. {@link StickySources} are asked when they are encoded anew.
 *
 * <p><b>Full queue:</b> when the socket's buffer is full ({@code EAGAIN}) or the kernel short of
 * memory ({@code ENOBUFS}) one send waits for room, up to {@link #WAIT_LIMIT_NANOS} in all; what
 * does not go by then is dropped and told. The wait is the brake on a sender faster than the link:
 * meanwhile the TUN queue fills and TCP takes notice. It is short enough for timers.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> of single datagrams, told to the listener and counted; the others still go.
 * {@code sendmmsg} hides an error behind the datagrams that went before it; the next call then
 * meets it first and reports it.
 */
@Confined("device")
final class UdpSender {
  /** How long one send waits for room in the socket's buffer, all its datagrams together. */
  static final long WAIT_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int PKTINFO_BYTES = 12;
  private static final int PKTINFO6_BYTES = 20;
  private static final int POLLOUT = 4;

  private final MessageVector vector;
  private final int[] firstSlot;
  private final @Nullable Endpoint[] encodedEndpoint;
  private final int[] encodedTos;
  private final int[] encodedIn;
  private final ErrnoCounts failures = new ErrnoCounts();
  private final MemorySegment wait = Arena.ofAuto().allocate(24, 8);
  private @Nullable StickySources sources;
  private int generation;
  private int staged;
  private int accepted;
  private int lastErrno;
  private long waitEndNanos;
  private boolean waiting;

  UdpSender(int capacity) {
    vector = new MessageVector(capacity);
    firstSlot = new int[capacity];
    encodedEndpoint = new Endpoint[capacity];
    encodedTos = new int[capacity];
    encodedIn = new int[capacity];
  }

  /** The datagrams not sent, by errno. */
  ErrnoCounts failures() {
    return failures;
  }

  /** Lets go of the endpoints it remembers. */
  void forget() {
    Arrays.fill(encodedEndpoint, null);
    if (sources != null) {
      sources.forget();
    }
  }

  /** Says what knows of sticky sources, if anything does. */
  void sources(@Nullable StickySources newSources) {
    sources = newSources;
  }

  /** Sends every slot; a descriptor below 0 stands for no socket of that family. */
  int send(Batch batch, int fd4, int fd6, SendListener listener) {
    accepted = 0;
    lastErrno = 0;
    waiting = false;
    generation = sources == null ? 0 : sources.begin();
    // Mostly all go to one family: the second round is made only when the first saw the other.
    if (sendFamily(batch, fd4, false, listener)) {
      sendFamily(batch, fd6, true, listener);
    }
    return accepted > 0 || lastErrno == 0 ? accepted : -lastErrno;
  }

  /** Sends the slots of one family; answers whether there are slots of the other. */
  private boolean sendFamily(Batch batch, int fd, boolean v6, SendListener listener) {
    boolean others = false;
    int count = batch.count();
    for (int slot = 0; slot < count; slot++) {
      Endpoint endpoint = batch.endpoint(slot);
      if (endpoint != null && endpoint.address().isV6() != v6) {
        others = true;
      } else if (endpoint == null || fd < 0) {
        fail(slot, endpoint == null ? Errno.EDESTADDRREQ : Errno.EAFNOSUPPORT, listener);
      } else {
        stage(batch, slot, endpoint, listener);
        if (staged == vector.capacity()) {
          flush(batch, fd, listener);
        }
      }
    }
    flush(batch, fd, listener);
    return others;
  }

  private void stage(Batch batch, int slot, Endpoint endpoint, SendListener listener) {
    int message = staged++;
    firstSlot[message] = slot;
    vector.data(message, batch.memory().address() + batch.offset(slot), batch.length(slot));
    int tos = batch.tos(slot);
    if (encodedIn[message] == generation
        && encodedTos[message] == tos
        && endpoint.equals(encodedEndpoint[message])) {
      return;
    }
    boolean checked = true;
    if (sources != null && endpoint.isSticky()) {
      if (!sources.fits(endpoint)) {
        listener.sourceInvalid(endpoint);
        encode(message, endpoint.withoutSource(), tos);
        return;
      }
      checked = sources.isChecked(endpoint);
    }
    encode(message, endpoint, tos);
    if (!checked) {
      encodedIn[message] = generation - 1;
    }
  }

  private void encode(int message, Endpoint endpoint, int tos) {
    encodedEndpoint[message] = endpoint;
    encodedTos[message] = tos;
    encodedIn[message] = generation;
    MemorySegment memory = vector.memory();
    int nameBytes =
        Inet.putAddress(
            memory, vector.name(message), endpoint.address(), endpoint.port(), endpoint.scopeId());
    boolean v6 = endpoint.address().isV6();
    int begin = vector.control(message);
    int end = begin;
    if (endpoint.isSticky()) {
      end = v6 ? putSourceV6(memory, end, endpoint) : putSourceV4(memory, end, endpoint);
    }
    if (tos != 0) {
      int level = v6 ? Inet.IPPROTO_IPV6 : Inet.IPPROTO_IP;
      int data = Inet.putControl(memory, end, level, v6 ? Inet.IPV6_TCLASS : Inet.IP_TOS, 4);
      memory.set(JAVA_INT, data, tos);
      end += Inet.controlSpace(4);
    }
    vector.lengths(message, nameBytes, end - begin);
  }

  /**
   * Asks for the sender's address, and for the interface only where there is no address: a fixed
   * interface would make the kernel take every destination for a neighbour on it once its route
   * moved elsewhere, and the datagrams would vanish.
   */
  private static int putSourceV4(MemorySegment memory, int offset, Endpoint endpoint) {
    int data = Inet.putControl(memory, offset, Inet.IPPROTO_IP, Inet.IP_PKTINFO, PKTINFO_BYTES);
    IpAddress source = endpoint.source();
    memory.set(JAVA_INT, data, source == null ? endpoint.sourceInterface() : 0);
    memory.set(Inet.INT_BE, data + 4, source == null ? 0 : (int) source.low());
    memory.set(JAVA_INT, data + 8, 0);
    return offset + Inet.controlSpace(PKTINFO_BYTES);
  }

  /** As for IPv4; but a link-local address means nothing without its interface. */
  private static int putSourceV6(MemorySegment memory, int offset, Endpoint endpoint) {
    int data =
        Inet.putControl(memory, offset, Inet.IPPROTO_IPV6, Inet.IPV6_PKTINFO, PKTINFO6_BYTES);
    IpAddress source = endpoint.source();
    boolean byInterface = source == null || source.isLinkLocalV6();
    memory.set(Inet.LONG_BE, data, source == null ? 0 : source.high());
    memory.set(Inet.LONG_BE, data + 8, source == null ? 0 : source.low());
    memory.set(JAVA_INT, data + 16, byInterface ? endpoint.sourceInterface() : 0);
    return offset + Inet.controlSpace(PKTINFO6_BYTES);
  }

  private void flush(Batch batch, int fd, SendListener listener) {
    int from = 0;
    Endpoint suspect = null;
    while (from < staged) {
      int sent =
          Libc.sendmmsg(
              fd, vector.address(from), staged - from, Inet.MSG_DONTWAIT | Inet.MSG_NOSIGNAL);
      if (sent > 0) {
        if (suspect != null) {
          listener.sourceInvalid(suspect);
          suspect = null;
        }
        accepted += sent;
        from += sent;
      } else if (isShortage(-sent)) {
        if (!awaitRoom(fd, -sent)) {
          for (; from < staged; from++) {
            fail(firstSlot[from], -sent, listener);
          }
        }
      } else if (suspect == null && mayBlameSource(from, -sent)) {
        suspect = leaveOutSource(batch, from);
      } else if (sent != -Errno.EINTR) {
        suspect = null;
        fail(firstSlot[from], -sent, listener);
        from++;
      }
    }
    staged = 0;
  }

  private static boolean isShortage(int errno) {
    return errno == Errno.EAGAIN || errno == Errno.ENOBUFS;
  }

  /** Waits until the socket has room again; false once the time of this send is used up. */
  private boolean awaitRoom(int fd, int errno) {
    long now = System.nanoTime();
    if (!waiting) {
      waiting = true;
      waitEndNanos = now + WAIT_LIMIT_NANOS;
    }
    long left = waitEndNanos - now;
    if (left <= 0) {
      return false;
    }
    // A short kernel does not show in poll: there it is just a pause of a tenth of the limit.
    boolean byPoll = errno == Errno.EAGAIN;
    wait.set(JAVA_INT, 0, byPoll ? fd : -1);
    wait.set(JAVA_SHORT, 4, (short) POLLOUT);
    wait.set(JAVA_LONG, 8, 0);
    wait.set(JAVA_LONG, 16, byPoll ? left : Math.min(left, WAIT_LIMIT_NANOS / 10));
    Libc.ppoll(wait.address(), 1, wait.address() + 8);
    return true;
  }

  /**
   * Whether a message failed perhaps for its sticky source. It then goes once more without; only
   * when that succeeds is the source known to be at fault.
   */
  private boolean mayBlameSource(int message, int errno) {
    Endpoint endpoint = encodedEndpoint[message];
    if (endpoint == null || !endpoint.isSticky()) {
      return false;
    }
    // An address that is not (or no longer) ours: EINVAL, but over IPv4 ENETUNREACH by Linux 6.18.
    // No such interface: ENODEV, ENXIO.
    return errno == Errno.EINVAL
        || errno == Errno.ENETUNREACH
        || errno == Errno.EADDRNOTAVAIL
        || errno == Errno.ENODEV
        || errno == Errno.ENXIO;
  }

  private @Nullable Endpoint leaveOutSource(Batch batch, int message) {
    Endpoint endpoint = encodedEndpoint[message];
    if (endpoint != null) {
      encode(message, endpoint.withoutSource(), batch.tos(firstSlot[message]));
    }
    return endpoint;
  }

  private void fail(int slot, int errno, SendListener listener) {
    lastErrno = errno;
    failures.count(errno);
    listener.failed(slot, errno);
  }
}
