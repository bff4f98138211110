package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.UdpPort.SendListener;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the datagrams of a batch, those of one family at a time; so the order holds per endpoint,
 * not between the families.
 *
 * <p>Datagrams that follow each other to one endpoint go as a run where {@link Offload#UDP_GSO} is
 * on. A run that the kernel refuses is sent again, datagram by datagram. When these went, runs are
 * no longer tried: to that endpoint for a while ({@link RunRefusals}), or at all after {@code EIO},
 * which is about the way out: a network card without checksums, or IPsec.
 *
 * <p>{@link StickySources} are asked when an endpoint is encoded anew.
 *
 * <p><b>Full queue:</b> when the socket's buffer is full ({@code EAGAIN}) or the kernel short of
 * memory ({@code ENOBUFS}) one send waits for room, up to {@link #WAIT_LIMIT_NANOS} in all; what
 * does not go by then is dropped and told. The wait is the brake on a sender faster than the link:
 * meanwhile the TUN queue fills and TCP takes notice. It is short enough for timers.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> of single datagrams, told to the listener and counted; the others still go.
 * {@code sendmmsg} hides an error behind the messages that went before it; the next call then meets
 * it first and reports it.
 */
@Confined("device")
final class UdpSender {
  /** How long one send waits for room in the socket's buffer, all its datagrams together. */
  static final long WAIT_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int FLAGS = Inet.MSG_DONTWAIT | Inet.MSG_NOSIGNAL;
  private static final int POLLOUT = 4;

  private final SendVector vector;
  private final OffloadSwitches switches;
  private final OffloadCalls calls;
  private final RunRefusals runRefusals = new RunRefusals();
  private final ErrnoCounts failures = new ErrnoCounts();
  private final MemorySegment wait = Arena.ofAuto().allocate(24, 8);
  private @Nullable StickySources sources;
  private boolean runs;
  private int generation;
  private int accepted;
  private int lastErrno;
  private long waitEndNanos;
  private boolean waiting;

  UdpSender(int messages, int datagrams, OffloadSwitches switches, OffloadCalls calls) {
    this.vector = new SendVector(messages, datagrams);
    this.switches = switches;
    this.calls = calls;
  }

  /** The datagrams not sent, by errno. */
  ErrnoCounts failures() {
    return failures;
  }

  /** Lets go of the endpoints it remembers. */
  void forget() {
    vector.forget();
    runRefusals.clear();
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
    runs = switches.isOn(Offload.UDP_GSO);
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
      } else if (!vector.join(batch, slot, endpoint)) {
        if (vector.isFull()) {
          flush(batch, fd, listener);
        }
        stage(batch, slot, endpoint, listener);
      }
    }
    flush(batch, fd, listener);
    return others;
  }

  private void stage(Batch batch, int slot, Endpoint endpoint, SendListener listener) {
    int message = vector.add(batch, slot, endpoint);
    if (!runs || runRefusals.has(endpoint)) {
      vector.endRun();
    }
    int tos = batch.tos(slot);
    if (vector.isEncoded(message, endpoint, tos, generation)) {
      return;
    }
    boolean checked = true;
    if (sources != null && endpoint.isSticky()) {
      if (!sources.fits(endpoint)) {
        listener.sourceInvalid(endpoint);
        vector.encode(message, endpoint.withoutSource(), tos, generation);
        return;
      }
      checked = sources.isChecked(endpoint);
    }
    vector.encode(message, endpoint, tos, checked ? generation : generation - 1);
  }

  private void flush(Batch batch, int fd, SendListener listener) {
    int message = 0;
    while (message < vector.messages()) {
      int left = vector.messages() - message;
      int sent = calls.sendmmsg(fd, vector.address(message), left, FLAGS);
      if (sent > 0) {
        accepted += vector.end(message + sent - 1) - vector.first(message);
        message += sent;
      } else if (isShortage(-sent)) {
        if (!awaitRoom(fd, -sent)) {
          for (; message < vector.messages(); message++) {
            failAll(message, -sent, listener);
          }
        }
      } else if (sent != -Errno.EINTR) {
        refused(batch, message++, fd, -sent, listener);
      }
    }
    vector.clear();
  }

  /** Does for a message that the kernel refused what may help. */
  private void refused(Batch batch, int message, int fd, int errno, SendListener listener) {
    boolean run = vector.datagrams(message) > 1;
    if (!mayBlameSource(message, errno) && !(run && mayBlameRun(errno))) {
      failAll(message, errno, listener);
      return;
    }
    Endpoint endpoint = vector.endpoint(message);
    int before = accepted;
    // A single datagram was tried already; those of a run were not yet.
    int known = run ? 0 : errno;
    for (int i = vector.first(message); i < vector.end(message); i++) {
      vector.single(message, i);
      int error = sendAlone(batch.tos(vector.slot(i)), message, fd, known, listener);
      if (error == 0) {
        accepted++;
      } else {
        fail(vector.slot(i), error, listener);
      }
    }
    boolean sourceStayed = Objects.equals(endpoint, vector.endpoint(message));
    if (run && accepted > before && endpoint != null && sourceStayed) {
      blameRun(endpoint, errno);
    }
  }

  /**
   * Sends a message of one datagram, if need be without its source.
   *
   * @param known the errno that it met already, or 0
   * @return 0 or a (positive) errno
   */
  private int sendAlone(int tos, int message, int fd, int known, SendListener listener) {
    Endpoint suspect = null;
    int errno = known;
    while (true) {
      if (errno == 0) {
        int sent = calls.sendmmsg(fd, vector.address(message), 1, FLAGS);
        if (sent > 0) {
          if (suspect != null) {
            listener.sourceInvalid(suspect);
          }
          return 0;
        }
        errno = -sent;
      }
      Endpoint endpoint = vector.endpoint(message);
      if (endpoint != null && suspect == null && mayBlameSource(message, errno)) {
        suspect = endpoint;
        vector.encode(message, endpoint.withoutSource(), tos, generation);
      } else if (errno != Errno.EINTR && !(isShortage(errno) && awaitRoom(fd, errno))) {
        return errno;
      }
      errno = 0;
    }
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
    Endpoint endpoint = vector.endpoint(message);
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

  /** Whether a run failed perhaps for being one. */
  private static boolean mayBlameRun(int errno) {
    // A datagram larger than the path takes: EMSGSIZE, before Linux 6.12 EINVAL.
    return errno == Errno.EIO || errno == Errno.EINVAL || errno == Errno.EMSGSIZE;
  }

  private void blameRun(Endpoint endpoint, int errno) {
    if (errno == Errno.EIO) {
      runs = false;
      switches.off(Offload.UDP_GSO, errno);
    } else {
      runRefusals.add(endpoint);
    }
  }

  private void failAll(int message, int errno, SendListener listener) {
    for (int i = vector.first(message); i < vector.end(message); i++) {
      fail(vector.slot(i), errno, listener);
    }
  }

  private void fail(int slot, int errno, SendListener listener) {
    lastErrno = errno;
    failures.count(errno);
    listener.failed(slot, errno);
  }
}
