package dev.warren.sim.stack;

import dev.warren.netstack.StackSettings;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Stacks around one router, and the one clock of all.
 *
 * <p>The router has a link to each host; what is too big for the way to its destination is answered
 * as RFC 1191 and RFC 8201 say, unless it is told to keep silent.
 *
 * <p><b>Units:</b> virtual nanoseconds from {@link #START}.
 *
 * <p><b>Owner:</b> one thread, the test's, which is also each stack's.
 *
 * <p><b>Errors:</b> what a stack throws, and what an observer objects to, comes out of {@link
 * #runUntil}.
 */
@Confined("sim")
public final class StackWorld {
  public static final long MILLISECOND = 1_000_000;
  public static final long SECOND = 1_000 * MILLISECOND;
  public static final long START = 1_000 * SECOND;

  private static final int MAX_STEPS_PER_MOMENT = 100_000;

  /** A stack that talks to itself may need some before anything is seen of it. */
  private static final int MAX_IDLE_STEPS = 1_000;

  private static final IpAddress ROUTER_V4 = Objects.requireNonNull(IpAddress.parse("192.0.2.254"));
  private static final IpAddress ROUTER_V6 =
      Objects.requireNonNull(IpAddress.parse("2001:db8::fe"));

  private final Random random;
  private final List<StackHost> hosts = new ArrayList<>();
  private final List<Way> ways = new ArrayList<>();
  private final Map<IpAddress, Integer> places = new HashMap<>();
  private final List<Actor> actors = new ArrayList<>();
  private final PriorityQueue<Act> script =
      new PriorityQueue<>(Comparator.comparingLong(Act::nanos).thenComparingLong(Act::order));
  private long actCount;
  private long now = START;

  /** A program at a host, which the world runs whenever something may have happened to it. */
  @FunctionalInterface
  public interface Actor {
    /** Does what it can now; whether that was anything. */
    boolean run(long nowNanos);
  }

  private record Act(long nanos, long order, Runnable action) {}

  /** The way to a host. */
  private static final class Way {
    final PacketLink link;
    int mtu = 65_535;
    boolean isBlackHole;
    boolean isCut;

    Way(PacketLink link) {
      this.link = link;
    }
  }

  public StackWorld(long seed) {
    random = new Random(seed);
  }

  /** Adds a host. */
  public StackHost host(String name, StackSettings settings) {
    StackHost host = new StackHost(name, this, settings, new Random(random.nextLong()));
    settings.addresses().forEach(address -> places.put(address, hosts.size()));
    hosts.add(host);
    ways.add(new Way(new PacketLink(new Random(random.nextLong()))));
    return host;
  }

  public List<StackHost> hosts() {
    return hosts;
  }

  public long now() {
    return now;
  }

  /** What happens to packets on the way to a host. */
  public void faults(StackHost to, LinkFaults faults) {
    wayTo(to).link.faults(faults);
  }

  /** The largest packet on the way to a host. */
  public void mtu(StackHost to, int mtu) {
    wayTo(to).mtu = mtu;
  }

  /** Whether the router throws away what is too big without saying so. */
  public void blackHole(StackHost to, boolean silent) {
    wayTo(to).isBlackHole = silent;
  }

  /** Whether nothing gets through to a host. */
  public void cut(StackHost to, boolean isCut) {
    wayTo(to).isCut = isCut;
  }

  private Way wayTo(StackHost host) {
    return ways.get(hosts.indexOf(host));
  }

  /** Has something done at a time; at equal times in the order of the calls. */
  public void at(long nanos, Runnable action) {
    script.add(new Act(Math.max(nanos, now), actCount++, action));
  }

  /** Runs a program from now on. */
  public void add(Actor actor) {
    actors.add(actor);
  }

  /** Runs a program no longer. */
  public void remove(Actor actor) {
    actors.remove(actor);
  }

  void route(byte[] bytes) {
    WirePacket packet = Objects.requireNonNull(WirePacket.read(bytes));
    Integer place = places.get(packet.destination());
    if (place == null) {
      return;
    }
    Way way = ways.get(place);
    if (way.isCut) {
      return;
    }
    if (bytes.length <= way.mtu) {
      way.link.send(bytes, now);
      return;
    }
    Integer back = places.get(packet.source());
    if (back != null && packet.isWhole() && !way.isBlackHole) {
      IpAddress router = packet.isV6() ? ROUTER_V6 : ROUTER_V4;
      ways.get(back).link.send(packet.tooBig(router, way.mtu), now);
    }
  }

  /** Runs until a time, all that is to happen then included. */
  public void runUntil(long end) {
    runUntil(end, () -> false);
  }

  /** The same, but stops where the condition holds; whether it did. */
  public boolean runUntil(long end, BooleanSupplier isDone) {
    settle();
    while (!isDone.getAsBoolean()) {
      long next = nextNanos();
      if (next > end) {
        now = end;
        return false;
      }
      now = Math.max(next, now);
      for (Act act; (act = script.peek()) != null && act.nanos() <= now; ) {
        script.remove();
        act.action().run();
      }
      settle();
    }
    return true;
  }

  /** Lets everybody do what is to be done at this moment. */
  private void settle() {
    boolean busy = true;
    int idleSteps = 0;
    for (int step = 0; busy; step++) {
      if (step == MAX_STEPS_PER_MOMENT) {
        throw new AssertionError("time stands still at " + this);
      }
      busy = false;
      for (int i = 0; i < hosts.size(); i++) {
        busy |= hosts.get(i).receive(ways.get(i).link, now);
        busy |= hosts.get(i).transmit(now);
      }
      for (Actor actor : List.copyOf(actors)) {
        busy |= actor.run(now);
      }
      idleSteps = busy ? 0 : idleSteps + 1;
      if (idleSteps == MAX_IDLE_STEPS) {
        throw new AssertionError("a deadline that has gone by, and nothing to do at " + this);
      }
      busy |= isDue();
    }
  }

  private boolean isDue() {
    for (StackHost host : hosts) {
      if (host.stack().nextDeadlineNanos() <= now) {
        return true;
      }
    }
    return false;
  }

  private long nextNanos() {
    Act act = script.peek();
    long next = act == null ? Long.MAX_VALUE : act.nanos();
    for (int i = 0; i < hosts.size(); i++) {
      next = Math.min(next, hosts.get(i).stack().nextDeadlineNanos());
      next = Math.min(next, ways.get(i).link.nextNanos());
    }
    return next;
  }

  @Override
  public String toString() {
    return (now - START) / 1e9 + " s";
  }
}
