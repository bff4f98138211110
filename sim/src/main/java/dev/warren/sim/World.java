package dev.warren.sim;

import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.packet.owner.Confined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Hosts, the network between them, and the one clock of all.
 *
 * <p>Nothing sleeps: the world does all that is to be done now, and then moves its clock to the
 * next event, whether a datagram's arrival, a device's deadline or an act of the script. Equal
 * seeds give equal runs.
 *
 * <p><b>Units:</b> virtual nanoseconds; {@link #START} is the first moment.
 *
 * <p><b>Owner:</b> one thread, the test's, which is also each device's.
 *
 * <p><b>Errors:</b> what a device throws comes out of {@link #runUntil}.
 */
@Confined("sim")
public final class World {
  /** When the world begins: no moment that zero could be mistaken for. */
  public static final long START = Clock.SECOND * 1_000;

  /** Far more than any device needs to come to rest. */
  private static final int MAX_STEPS_PER_MOMENT = 100_000;

  private final Clock clock = new Clock(START);
  private final Random random;
  private final MemoryNetwork network = new MemoryNetwork();
  private final Wire wire;
  private final List<Host> hosts = new ArrayList<>();
  private final List<Flow> flows = new ArrayList<>();
  private final PriorityQueue<Act> script =
      new PriorityQueue<>(Comparator.comparingLong(Act::nanos).thenComparingLong(Act::number));
  private long actCount;

  /** Something that the script does at a time. */
  private record Act(long nanos, long number, Runnable action) {}

  /** A world without hosts. */
  public World(long seed) {
    random = new Random(seed);
    wire = new Wire(clock, new Random(random.nextLong()), network::deliver);
    network.link((datagram, delivery) -> wire.carry(datagram));
  }

  /** Adds a host whose device is up and configured with nothing but its key and port. */
  public Host host(String name, String address) {
    Host host = new Host(name, address, network, clock, new Random(random.nextLong()));
    hosts.add(host);
    return host;
  }

  /** Adds a flow of packets between two inner addresses; it sends what the script makes it send. */
  public Flow flow(Host from, String source, Host to, String destination) {
    Flow flow = new Flow(clock, flows.size(), from, source, to, destination);
    flows.add(flow);
    return flow;
  }

  /** The time. */
  public long now() {
    return clock.nanos();
  }

  /** What is between the hosts. */
  public Wire wire() {
    return wire;
  }

  /** The network itself, to send what no host does. */
  public MemoryNetwork network() {
    return network;
  }

  /** Has something done at a time; at equal times in the order of the calls. */
  public void at(long nanos, Runnable action) {
    script.add(new Act(nanos, actCount++, action));
  }

  /** Has something done from a time on, again and again, before {@code end}. */
  public void every(long interval, long from, long end, Runnable action) {
    for (long nanos = from; nanos < end; nanos += interval) {
      at(nanos, action);
    }
  }

  /** Runs for a while. */
  public void run(long nanos) {
    runUntil(now() + nanos);
  }

  /** Runs until a time, all that is to happen then included. */
  public void runUntil(long end) {
    settle();
    for (long next; (next = nextNanos()) <= end; ) {
      clock.advanceTo(Math.max(next, clock.nanos()));
      for (Act act; (act = script.peek()) != null && act.nanos() <= clock.nanos(); ) {
        script.remove();
        act.action().run();
      }
      settle();
    }
    clock.advanceTo(end);
  }

  /** Lets everybody do what is to be done at this moment. */
  private void settle() {
    boolean busy = true;
    for (int step = 0; busy; step++) {
      if (step == MAX_STEPS_PER_MOMENT) {
        throw new IllegalStateException("time stands still at " + clock);
      }
      busy = wire.deliverDue();
      for (Host host : hosts) {
        busy |= host.step();
        collect(host);
      }
    }
  }

  private void collect(Host host) {
    for (byte[] packet; (packet = host.tun().take()) != null; ) {
      int flow = Flow.of(packet);
      if (flow >= 0 && flow < flows.size()) {
        flows.get(flow).arrived(host, packet);
      } else if (!isIcmp(packet)) {
        throw new IllegalStateException("a packet that nobody sent reached " + host);
      }
    }
  }

  /** A device's own word that there is no way. */
  private static boolean isIcmp(byte[] packet) {
    return packet[0] >> 4 == 6 ? packet[6] == 58 : packet[9] == 1;
  }

  private long nextNanos() {
    Act act = script.peek();
    long next = Math.min(wire.nextNanos(), act == null ? Long.MAX_VALUE : act.nanos());
    for (Host host : hosts) {
      next = Math.min(next, host.nextDeadlineNanos());
    }
    return next;
  }
}
