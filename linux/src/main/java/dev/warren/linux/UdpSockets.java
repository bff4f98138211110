package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.Batch;
import dev.warren.packet.Thinning;
import dev.warren.packet.UdpPort;
import dev.warren.packet.owner.Confined;
import org.jspecify.annotations.Nullable;

/**
 * Two UDP sockets of the kernel, one a family, on one port.
 *
 * <p>The sockets belong to the network namespace in which they are bound, wherever the interface is
 * moved to.
 *
 * <p><b>Owner:</b> the device's thread; {@link #close} also another, once that one has ended.
 *
 * <p><b>Errors:</b> {@code -errno}.
 */
@Confined("device")
public final class UdpSockets implements UdpPort, PollSource {
  /** The most messages that one system call moves. */
  private static final int MESSAGES = 128;

  /** The most datagrams that one system call sends. */
  private static final int SENT_DATAGRAMS = 1024;

  /** How often a random port of IPv4 is tried that turns out to be taken in IPv6. */
  private static final int RANDOM_PORT_TRIES = 100;

  private final OffloadSwitches switches;
  private final UdpReceiver receiver;
  private final UdpSender sender;
  private int fd4 = -1;
  private int fd6 = -1;
  private @Nullable StickySources sources;
  private int port;
  private int mark;
  private Thinning thinning = Thinning.NONE;

  /** Sockets that are yet to be bound. Every offload that the kernel has is used. */
  public UdpSockets() {
    this(new OffloadSwitches(Offloads.ALL, (offload, errno) -> {}), OffloadCalls.KERNEL);
  }

  UdpSockets(OffloadSwitches switches, OffloadCalls calls) {
    this.switches = switches;
    receiver = new UdpReceiver(MESSAGES, switches.isOn(Offload.UDP_GRO));
    sender = new UdpSender(MESSAGES, SENT_DATAGRAMS, switches, calls);
  }

  /**
   * The memory that a batch needs so that one {@link #receive} can take this many messages. With
   * {@link Offload#UDP_GRO} each can be up to 64 datagrams, for which the batch needs slots. Only
   * what datagrams really fill becomes resident.
   */
  public static int receiveBytes(int messages) {
    return Math.multiplyExact(messages, UdpReceiver.STRIDE_BYTES);
  }

  /**
   * {@inheritDoc}
   *
   * <p>When the port is the one already bound, the sockets stay: new ones could not have it while
   * they are open, and closing them first could lose it to another program. Datagrams in their
   * queues stay as well.
   */
  @Override
  public int bind(int wanted) {
    if (isBound() && wanted == port) {
      return port;
    }
    int result = -Errno.EADDRINUSE;
    for (int i = 0; i < RANDOM_PORT_TRIES && result == -Errno.EADDRINUSE; i++) {
      result = open(wanted);
      if (wanted != 0) {
        break;
      }
    }
    return result;
  }

  private int open(int wanted) {
    int new4 = UdpSetup.open(false, wanted, mark, switches);
    if (new4 < 0 && !UdpSetup.isFamilyAbsent(new4)) {
      return new4;
    }
    int bound = new4 < 0 ? wanted : UdpSetup.port(new4);
    int new6 = bound < 0 ? bound : UdpSetup.open(true, bound, mark, switches);
    if (new6 < 0 && (new4 < 0 || !UdpSetup.isFamilyAbsent(new6))) {
      if (new4 >= 0) {
        Libc.close(new4);
      }
      return new6;
    }
    unbind();
    fd4 = Math.max(new4, -1);
    fd6 = Math.max(new6, -1);
    port = new4 < 0 ? UdpSetup.port(new6) : bound;
    if (!thinning.isNone()) {
      // Should the kernel refuse it for these, then it says so again at the next change.
      thin(thinning);
    }
    if (sources == null) {
      sources = StickySources.open();
      sender.sources(sources);
    }
    tellSources();
    return port;
  }

  @Override
  public void unbind() {
    if (fd4 >= 0) {
      Libc.close(fd4);
    }
    if (fd6 >= 0) {
      Libc.close(fd6);
    }
    fd4 = -1;
    fd6 = -1;
    port = 0;
    sender.forget();
  }

  @Override
  public boolean isBound() {
    return fd4 >= 0 || fd6 >= 0;
  }

  @Override
  public int mark(int fwmark) {
    int result = markBoth(fwmark);
    if (result < 0) {
      markBoth(mark);
    } else {
      mark = fwmark;
      tellSources();
    }
    return result;
  }

  private void tellSources() {
    if (sources != null) {
      sources.sender(mark, port);
    }
  }

  private int markBoth(int fwmark) {
    int result = fd4 < 0 ? 0 : UdpSetup.mark(fd4, fwmark);
    return result < 0 || fd6 < 0 ? result : UdpSetup.mark(fd6, fwmark);
  }

  @Override
  public int thin(Thinning newThinning) {
    int result = thinBoth(newThinning);
    thinning = result < 0 ? Thinning.NONE : newThinning;
    if (result < 0) {
      thinBoth(Thinning.NONE);
    }
    return result;
  }

  private int thinBoth(Thinning newThinning) {
    int result = fd4 < 0 ? 0 : SocketFilter.attach(fd4, newThinning);
    return result < 0 || fd6 < 0 ? result : SocketFilter.attach(fd6, newThinning);
  }

  @Override
  public int receive(Batch batch) {
    return receiver.receive(batch, fd4, fd6);
  }

  @Override
  public int send(Batch batch, SendListener listener) {
    return isBound() ? sender.send(batch, fd4, fd6, listener) : 0;
  }

  /** What the sockets reported while receiving, by errno. */
  public ErrnoCounts receiveErrors() {
    return receiver.errors();
  }

  /** The datagrams not sent, by errno. */
  public ErrnoCounts sendFailures() {
    return sender.failures();
  }

  @Override
  public int pollCount() {
    return 2;
  }

  @Override
  public int pollDescriptor(int index) {
    return index == 0 ? fd4 : fd6;
  }

  @Override
  public void close() {
    unbind();
    sender.sources(null);
    if (sources != null) {
      sources.close();
      sources = null;
    }
  }
}
