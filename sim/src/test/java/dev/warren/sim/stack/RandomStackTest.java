package dev.warren.sim.stack;

import static dev.warren.sim.stack.StackWorld.MILLISECOND;
import static dev.warren.sim.stack.StackWorld.SECOND;
import static dev.warren.sim.stack.StackWorld.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.netstack.Ping;
import dev.warren.netstack.StackSettings;
import dev.warren.netstack.TcpConnection;
import dev.warren.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Runs made of chance: two or three stacks, programs of all kinds on connections of both families,
 * and links with every fault. Whatever happens, every byte arrives once, in order and unaltered,
 * the observers have nothing to object to, and some time after the last fault every connection is
 * over and no stack has anything left to do.
 *
 * <p>{@code -Dwarren.sim.seeds=N} runs the seeds from 1 to N; {@code -Dwarren.sim.seed=S} one.
 */
class RandomStackTest {
  private static final int DEFAULT_SEEDS = 600;

  /** Seeds that once failed. */
  private static final long[] KEPT = {};

  @Test
  void everySeed() {
    @Nullable Long one = Long.getLong("warren.sim.seed");
    LongStream seeds =
        one != null
            ? LongStream.of(one)
            : LongStream.concat(
                LongStream.of(KEPT),
                LongStream.rangeClosed(1, Long.getLong("warren.sim.seeds", DEFAULT_SEEDS)));
    seeds.forEach(RandomStackTest::run);
  }

  private static void run(long seed) {
    try {
      new Run(seed).run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + "; once more with: ./dev sim " + seed, e);
    }
  }

  /** One seed's run. */
  private static final class Run {
    private final Random random;
    private final StackWorld world;
    private final Plans plans;
    private final List<Services> services = new ArrayList<>();
    private final List<Talk> talks = new ArrayList<>();
    private final int hostMtu;

    /** When the last fault is over. */
    private final long calm;

    private final boolean isLan;
    private final boolean corrupts;
    private long patience = 3 * 3_600 * SECOND;
    private long mostPackets = 50_000;
    private int answeredPings;

    Run(long seed) {
      random = new Random(seed);
      world = new StackWorld(random.nextLong());
      plans = new Plans(random);
      calm = START + (10 + random.nextInt(110)) * SECOND;
      isLan = random.nextInt(4) == 0;
      corrupts = random.nextInt(3) == 0;
      int[] mtus = {1280, 1420, 1420, 1500, 9000};
      hostMtu = mtus[random.nextInt(mtus.length)];
      int hosts = random.nextInt(4) == 0 ? 3 : 2;
      for (int i = 1; i <= hosts; i++) {
        addHost(i);
      }
    }

    private void addHost(int number) {
      List<IpAddress> addresses =
          List.of(
              Objects.requireNonNull(IpAddress.parse("192.0.2." + number)),
              Objects.requireNonNull(IpAddress.parse("2001:db8::" + number)));
      int most = 1 << (13 + random.nextInt(8));
      int more = 1 << (13 + random.nextInt(8));
      StackHost host =
          world.host("host " + number, new StackSettings(addresses, hostMtu, 4_096, most, more));
      services.add(new Services(world, host, this::find, new Random(random.nextLong())));
    }

    /** The newest talk from there to here. */
    private @Nullable Talk find(TcpConnection accepted) {
      for (Talk talk : talks.reversed()) {
        TcpConnection calling = talk.caller.connection();
        if (calling != null
            && calling.localPort() == accepted.remotePort()
            && talk.port == accepted.localPort()
            && talk.from.settings().addresses().contains(accepted.remoteAddress())
            && talk.to.settings().addresses().contains(accepted.localAddress())) {
          return talk;
        }
      }
      return null;
    }

    void run() {
      int many = random.nextInt(10) == 0 ? 100 : 0;
      int count = 1 + random.nextInt(12);
      for (int i = 0; i < count + many; i++) {
        plan(i, i >= count);
      }
      for (StackHost host : world.hosts()) {
        world.at(START, () -> worsen(host));
      }
      int faults = random.nextInt(16);
      for (int i = 0; i < faults; i++) {
        fault();
      }
      if (random.nextInt(6) == 0) {
        restart();
      }
      if (random.nextInt(3) == 0) {
        forge();
      }
      datagrams();
      world.at(calm, this::soothe);
      world.at(
          calm + 7_200 * SECOND,
          () -> talks.stream().filter(Talk::isOneSided).forEach(Talk::giveUp));
      assertTrue(world.runUntil(calm + patience, this::isOver), this::unfinished);
      assertEquals("", unfinished());
      assertDatagramsGo();
      assertNothingLeft();
    }

    // Talks.

    private void plan(int number, boolean isShort) {
      StackHost from = anyHost();
      StackHost to = anyHost();
      if (from == to && random.nextInt(4) != 0) {
        plan(number, isShort);
        return;
      }
      plans.draw();
      if (isShort) {
        plans.shortOne();
      }
      List<Step> calling = plans.calling;
      List<Step> called = plans.called;
      long there = Plans.sent(calling);
      long back = Plans.sent(called);
      mostPackets += 2_000 + (there + back) / 5;
      patience += Plans.paused(calling);
      Talk talk =
          new Talk(
              number,
              from,
              to,
              random.nextBoolean(),
              random.nextInt(4) == 0 ? Services.NARROW_PORT : Services.PORT,
              plans.plan(calling, back),
              plans.plan(called, there),
              plans.mayFail);
      long at = START + (long) (random.nextDouble() * (calm - START) * 0.9);
      world.at(
          at,
          () -> {
            talks.add(talk);
            talk.call(world);
          });
    }

    private StackHost anyHost() {
      return world.hosts().get(random.nextInt(world.hosts().size()));
    }

    private boolean isOver() {
      long sent = world.hosts().stream().mapToLong(StackHost::sentCount).sum();
      assertTrue(sent < mostPackets, () -> sent + " packets, and no end: " + unfinished());
      return world.now() > calm && talks.stream().allMatch(Talk::isOver);
    }

    private String unfinished() {
      List<String> lines = new ArrayList<>();
      for (Talk talk : talks) {
        @Nullable String objection = talk.objection();
        if (objection != null) {
          lines.add(objection + ": " + talk);
        }
      }
      return String.join("\n", lines);
    }

    // Faults.

    private void worsen(StackHost to) {
      long delay = isLan ? random.nextInt(500_000) : random.nextInt(150) * MILLISECOND;
      LinkFaults faults = LinkFaults.delay(delay).losing(random.nextInt(4) * 0.04);
      if (random.nextBoolean()) {
        faults = faults.repeating(random.nextDouble() * 0.2);
      }
      if (random.nextBoolean()) {
        faults = faults.reordering(random.nextDouble() * 0.3, random.nextInt(100) * MILLISECOND);
      }
      if (corrupts && random.nextBoolean()) {
        faults = faults.corrupting(random.nextDouble() * 0.05);
      }
      if (random.nextInt(3) == 0) {
        faults = faults.rate(20_000 + random.nextInt(3_000_000), 20_000 + random.nextInt(100_000));
      }
      world.faults(to, faults);
    }

    private void fault() {
      long lasting = (1 + random.nextInt(30)) * SECOND;
      long at = START + (long) (random.nextDouble() * (calm - START));
      StackHost host = anyHost();
      int mtu = 1_280 + random.nextInt(Math.min(400, hostMtu - 1_280 + 1));
      switch (random.nextInt(6)) {
        case 0, 1 -> world.at(at, () -> worsen(host));
        case 2 -> {
          world.at(at, () -> world.cut(host, true));
          world.at(Math.min(calm, at + lasting), () -> world.cut(host, false));
        }
        case 3 -> {
          world.at(at, () -> world.mtu(host, mtu));
          world.at(Math.min(calm, at + lasting), () -> world.mtu(host, 65_535));
        }
        case 4 -> {
          world.at(at, () -> world.blackHole(host, true));
          world.at(at, () -> world.mtu(host, mtu));
          world.at(Math.min(calm, at + lasting), () -> world.blackHole(host, false));
        }
        default -> world.at(at, () -> host.mtu(mtu));
      }
    }

    private void restart() {
      StackHost host = anyHost();
      long at = START + (long) (random.nextDouble() * (calm - START));
      world.at(
          at,
          () -> {
            for (Talk talk : talks) {
              loseAt(host, talk);
            }
            host.restart();
            services.get(world.hosts().indexOf(host)).start();
          });
      // What waits for a word from the dead host would wait for ever.
      world.at(
          calm + 7_200 * SECOND,
          () ->
              talks.stream()
                  .filter(talk -> talk.mayFail && (talk.from == host || talk.to == host))
                  .forEach(Talk::giveUp));
    }

    private static void loseAt(StackHost host, Talk talk) {
      if ((talk.from == host || talk.to == host) && !talk.isOver()) {
        talk.mayFail = true;
        talk.loseAt(host);
      }
    }

    private void forge() {
      for (long at = START; at < calm; at += (1 + random.nextInt(400)) * MILLISECOND) {
        StackHost host = anyHost();
        int choice = random.nextInt(4);
        int far = random.nextInt(1 << 20);
        world.at(
            at,
            () -> {
              byte @Nullable [] packet = host.forge(choice, far);
              if (packet != null) {
                host.inject(packet);
              }
            });
      }
    }

    private void soothe() {
      for (StackHost host : world.hosts()) {
        world.faults(host, LinkFaults.delay(10 * MILLISECOND));
        world.cut(host, false);
        world.blackHole(host, false);
        world.mtu(host, 65_535);
      }
    }

    // Datagrams and pings.

    private void datagrams() {
      for (long at = START; at < calm; at += (1 + random.nextInt(6_000)) * MILLISECOND) {
        int from = random.nextInt(services.size());
        IpAddress to = anyHost().address(random.nextBoolean());
        long stream = stream();
        int bytes = random.nextInt(3_000);
        world.at(at, () -> services.get(from).ask(to, Services.length(stream), stream));
        world.at(at, () -> ping(world.hosts().get(from), to, bytes));
      }
    }

    /** Two changes in one datagram can escape its checksum: where bits change, one packet each. */
    private long stream() {
      long stream = random.nextLong();
      while (corrupts && Services.length(stream) > 1_200) {
        stream = random.nextLong();
      }
      return stream;
    }

    private void ping(StackHost from, IpAddress to, int bytes) {
      from.stack()
          .ping(
              to,
              bytes,
              5 * SECOND,
              new Ping.Events() {
                private boolean isOver;

                @Override
                public void replied(long rttNanos) {
                  answeredPings++;
                  once();
                }

                @Override
                public void failed(String why) {
                  once();
                }

                private void once() {
                  assertTrue(!isOver, "a ping has two ends");
                  isOver = true;
                }
              });
    }

    private void assertDatagramsGo() {
      world.runUntil(world.now() + 60 * SECOND);
      int before = services.getFirst().echoedCount();
      int pingsBefore = answeredPings;
      StackHost to = world.hosts().get(1);
      for (int i = 0; i < 4; i++) {
        long stream = random.nextLong();
        assertTrue(services.get(0).ask(to.address(i % 2 == 0), Services.length(stream), stream));
        ping(world.hosts().getFirst(), to.address(i % 2 == 0), random.nextInt(1_400));
        world.runUntil(world.now() + SECOND);
      }
      assertEquals(4, services.getFirst().echoedCount() - before, "datagrams at the end");
      assertEquals(4, answeredPings - pingsBefore, "pings at the end");
    }

    /** TIME-WAIT, reassembly and the like come to their ends. */
    private void assertNothingLeft() {
      world.runUntil(world.now() + 900 * SECOND);
      for (StackHost host : world.hosts()) {
        assertEquals(Long.MAX_VALUE, host.stack().nextDeadlineNanos(), host + " waits for nothing");
      }
    }
  }
}
