package dev.warren.netstack;

import dev.warren.packet.Batch;
import dev.warren.packet.IpAddress;
import dev.warren.packet.IpPacket;
import dev.warren.packet.owner.Shared;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A host's network: takes the packets that come for it and makes those that it sends.
 *
 * <p><b>Shape:</b> batches of whole IP packets, as a {@link dev.warren.packet.TunPort} carries
 * them. Packets to one's own addresses never leave: they come in again within {@link #transmit}.
 *
 * <p><b>Units:</b> {@code nowNanos} is monotonic and not negative.
 *
 * <p><b>Owner:</b> one thread, the device's, calls {@link #receive}, {@link #transmit}, {@link
 * #nextDeadlineNanos}, {@link #mtu} and {@link #close}; all sockets' callbacks come from within
 * these. The rest any thread: it moves bytes or flags and asks for {@link Attention}; the stack
 * attends to that when it receives or transmits next.
 *
 * <p><b>Errors:</b> no packet throws; {@link #counters} tells what became of each. Sockets fail by
 * their events.
 *
 * <p><b>Source:</b> RFC 1122; each part names its own.
 */
@Shared
public final class Stack {
  /** How often packets to oneself may bring about others within one {@link #transmit}. */
  private static final int MAX_LOCAL_ROUNDS = 8;

  /** How many datagrams go before TCP has its turn. */
  private static final int DATAGRAMS_A_TURN = 64;

  private final OwnAddresses own;
  private final Attention attention;
  private final Ports ports;
  private final StackCounters counters = new StackCounters();
  private final PathMtu pathMtu;
  private final Fragmenter fragmenter;
  private final Replies replies;
  private final Reassembly reassembly;
  private final IpInput input;
  private final IcmpInput icmp;
  private final Pings pings;
  private final Udp udp;
  private final Tcp tcp;
  private final OutboundPackets out = new OutboundPackets();

  private long lastNanos;
  private boolean moreToSend;

  /**
   * @param random for ports, sequence numbers and identifications: a secure one, and safe for any
   *     thread, unless all happens on one
   * @param wake called by any thread when the device's has something to do; it may be asleep
   */
  public Stack(StackSettings settings, RandomGenerator random, Runnable wake) {
    own = new OwnAddresses(settings.addresses());
    attention = new Attention(wake);
    ports = new Ports(random);
    pathMtu = new PathMtu(settings.mtu(), random.nextLong());
    fragmenter = new Fragmenter(random);
    replies = new Replies(pathMtu, fragmenter, counters);
    reassembly = new Reassembly(replies, counters);
    input = new IpInput(own, reassembly, replies);
    pings = new Pings(attention, own, replies, random);
    udp = new Udp(attention, ports, own, pathMtu, fragmenter, counters);
    tcp = new Tcp(settings, random, pathMtu, ports, attention);
    icmp = new IcmpInput(own, replies, pings, tcp, udp, pathMtu);
  }

  /** Takes in packets; does not keep the batch. */
  public void receive(Batch batch, long nowNanos) {
    lastNanos = nowNanos;
    attention.enter();
    attention.drain(nowNanos); // a socket made before its first packet came must get it
    for (int slot = 0; slot < batch.count(); slot++) {
      receive(batch.memory(), batch.offset(slot), batch.length(slot), false, nowNanos);
    }
    attention.leave();
  }

  private void receive(MemorySegment memory, int at, int length, boolean local, long nowNanos) {
    Fate fate = input.read(memory, at, length, local, nowNanos);
    if (fate == Fate.DELIVERED) {
      fate = deliver(input.packet, nowNanos);
    }
    counters.received(fate, length);
  }

  private Fate deliver(InboundPacket packet, long nowNanos) {
    int protocol = packet.protocol;
    if (protocol == Ports.TCP) {
      return tcp.receive(packet, nowNanos) ? Fate.DELIVERED : Fate.BAD_CHECKSUM;
    }
    if (protocol == Ports.UDP) {
      return udp.receive(packet, input);
    }
    if (protocol == (packet.v6 ? Replies.ICMPV6 : Replies.ICMP)) {
      return icmp.receive(packet, nowNanos);
    }
    input.answerUnknownProtocol();
    return Fate.UNKNOWN_PROTOCOL;
  }

  /**
   * Does what other threads asked for and what is due, and appends packets until the batch is full.
   *
   * @return how many were appended; there may be more until it is 0
   */
  public int transmit(Batch batch, long nowNanos) {
    lastNanos = nowNanos;
    attention.enter();
    int before = batch.count();
    out.into(batch);
    reassembly.expire(nowNanos);
    pings.expire(nowNanos);
    moreToSend = true;
    for (int round = 0; moreToSend && round < MAX_LOCAL_ROUNDS; round++) {
      attention.drain(nowNanos);
      int from = batch.count();
      boolean full = emit(nowNanos);
      moreToSend = takeOwn(batch, from, nowNanos) || full;
      if (full) {
        break;
      }
    }
    attention.leave();
    return batch.count() - before;
  }

  /** Lets each in turn write packets; true when the batch is full and more are to come. */
  private boolean emit(long nowNanos) {
    boolean full = replies.transmit(out, nowNanos);
    boolean more = udp.transmit(out, DATAGRAMS_A_TURN, nowNanos);
    boolean fullOfTcp = tcp.transmit(out, nowNanos);
    return full || more || fullOfTcp || udp.transmit(out, Integer.MAX_VALUE, nowNanos);
  }

  /** Takes packets to ourselves out of the batch and in again; whether there were any. */
  private boolean takeOwn(Batch batch, int from, long nowNanos) {
    MemorySegment memory = batch.memory();
    int kept = from;
    for (int slot = from; slot < batch.count(); slot++) {
      int at = batch.offset(slot);
      int length = batch.length(slot);
      boolean mine =
          IpPacket.version(memory, at) == 4
              ? own.hasV4(IpPacket.v4Destination(memory, at))
              : own.hasV6(
                  IpPacket.v6DestinationHigh(memory, at), IpPacket.v6DestinationLow(memory, at));
      if (mine) {
        receive(memory, at, length, true, nowNanos);
      } else {
        counters.sent(length);
        batch.move(slot, kept++);
      }
    }
    boolean any = kept < batch.count();
    batch.truncate(kept);
    return any;
  }

  /** When {@link #transmit} is to be called at the latest; a time gone by when it has work. */
  public long nextDeadlineNanos() {
    if (moreToSend || !attention.isEmpty() || !replies.isEmpty() || udp.hasReady()) {
      return lastNanos;
    }
    long timers = Math.min(reassembly.nextDeadlineNanos(), pings.nextDeadlineNanos());
    return Math.min(timers, tcp.nextDeadlineNanos());
  }

  /** The link's MTU changed. */
  public void mtu(int mtu) {
    pathMtu.linkMtu(mtu);
  }

  /** Every socket fails. */
  public void close() {
    attention.enter();
    attention.drain(lastNanos);
    tcp.close();
    udp.close();
    pings.close();
    attention.leave();
  }

  /** What became of all packets. Any thread. */
  public StackCounters counters() {
    return counters;
  }

  /** The host's own addresses. Any thread. */
  public List<IpAddress> addresses() {
    return own.all();
  }

  /**
   * Begins a connection; never blocks. Failures come by the events. Any thread.
   *
   * @param local null for the own address that suits
   * @param localPort 0 for a random one
   */
  public TcpConnection connect(
      @Nullable IpAddress local,
      int localPort,
      IpAddress remote,
      int remotePort,
      TcpConnection.Events events) {
    IpAddress source = local != null ? local : own.sourceFor(remote);
    return tcp.connect(source, localPort, remote, remotePort, events);
  }

  /**
   * Listens for connections. Any thread.
   *
   * @param local null for all addresses
   * @param port 0 for a random one
   * @param acceptable called when there is one to accept
   */
  public TcpListener listen(@Nullable IpAddress local, int port, int backlog, Runnable acceptable)
      throws BindException {
    checkOwn(local);
    return tcp.listen(local, port, backlog, acceptable);
  }

  /**
   * Opens a UDP socket. Any thread.
   *
   * @param local null for all addresses
   * @param port 0 for a random one
   * @param readable called when a datagram came, and when the stack is closed
   */
  public UdpSocket udp(@Nullable IpAddress local, int port, Runnable readable)
      throws BindException {
    checkOwn(local);
    int bound = ports.bind(Ports.UDP, local, port);
    if (bound < 0) {
      throw new BindException("Address already in use");
    }
    UdpSocket socket = new UdpSocket(local, bound, readable, udp);
    attention.add(socket);
    return socket;
  }

  /** Sends an echo request. Any thread. */
  public Ping ping(IpAddress remote, int payloadBytes, long timeoutNanos, Ping.Events events) {
    Ping ping = new Ping(remote, payloadBytes, timeoutNanos, events, pings);
    attention.add(ping);
    return ping;
  }

  private void checkOwn(@Nullable IpAddress local) throws BindException {
    if (local != null && !own.has(local)) {
      throw new BindException("Cannot assign requested address");
    }
  }
}
