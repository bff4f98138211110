package dev.warren.sim;

import static dev.warren.sim.Pair.MILLISECOND;
import static dev.warren.sim.Pair.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.memory.Datagram;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Runs made of chance: two hosts, traffic of both families both ways, and faults that each seed
 * chooses. Whatever happens, nothing arrives altered or twice, nothing goes over the wire in the
 * clear, no device fails, and after the last fault traffic flows again within the protocol's times.
 *
 * <p>{@code -Dwarren.sim.seeds=N} runs the seeds from 1 to N; {@code -Dwarren.sim.seed=S} one.
 */
class RandomRunTest {
  private static final int DEFAULT_SEEDS = 200;

  /**
   * The longest way back: 15 s until silence is noticed, a retry that is lost for crossing another
   * and the one that is not, with their jitter; and a second for the pace of the traffic.
   */
  private static final long RECOVERY = (15 + 2 * 5 + 3 + 1) * SECOND + 4 * Pair.JITTER;

  private static final IpAddress ELSEWHERE =
      Objects.requireNonNull(IpAddress.parse("198.51.100.7"));

  @Test
  void everySeed() {
    @Nullable Long one = Long.getLong("warren.sim.seed");
    LongStream seeds =
        one != null
            ? LongStream.of(one)
            : LongStream.rangeClosed(1, Long.getLong("warren.sim.seeds", DEFAULT_SEEDS));
    seeds.forEach(RandomRunTest::run);
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
    private final Pair pair;
    private final World world;
    private final Wire wire;
    private final Host alice;
    private final Host bob;
    private final List<Flow> flows;

    /** When the last fault is over. */
    private final long calm;

    private final long end;

    /** The port that Alice is seen at by Bob; 0 while nothing is translated. */
    private int translatedPort;

    private boolean isCut;
    private int presharedKey;

    Run(long seed) {
      random = new Random(seed);
      pair = new Pair(seed);
      world = pair.world;
      wire = world.wire();
      alice = pair.alice;
      bob = pair.bob;
      Flow there6 = world.flow(alice, "fd00::1", bob, "fd00::2");
      Flow back6 = world.flow(bob, "fd00::2", alice, "fd00::1");
      flows = List.of(pair.there, pair.back, there6, back6);
      calm = World.START + (30 + random.nextInt(300)) * SECOND;
      end = calm + RECOVERY + 10 * SECOND;
    }

    void run() {
      configure();
      traffic();
      wire.route(this::route);
      boolean restarts = random.nextBoolean();
      int faults = random.nextInt(12);
      for (int i = 0; i < faults; i++) {
        fault(restarts);
      }
      world.at(World.START, this::worsen);
      world.at(calm, () -> wire.conditions(Conditions.delay(20 * MILLISECOND)));
      long[] sentBefore = new long[flows.size()];
      world.at(calm + RECOVERY, () -> note(sentBefore));
      world.runUntil(end);
      for (int i = 0; i < flows.size(); i++) {
        assertAllArrived(flows.get(i), sentBefore[i]);
      }
      assertNothingInTheClear();
    }

    private void configure() {
      int[] intervals = {0, 0, 1, 5, 25};
      presharedKey = random.nextInt(2);
      int atAlice = intervals[random.nextInt(intervals.length)];
      int atBob = intervals[random.nextInt(intervals.length)];
      alice.peer(settings(pair.bobAsPeer(), "fd00::2/128").keepalive(atAlice));
      bob.peer(settings(pair.aliceAsPeer(), "fd00::1/128").keepalive(atBob));
    }

    private PeerSettings settings(PeerSettings peer, String further) {
      return peer.also(further).presharedKey(presharedKey);
    }

    /** Some packets a second each way, most of them alone, some in bursts. */
    private void traffic() {
      for (Flow flow : flows) {
        long pace = (200 + random.nextInt(1_000)) * MILLISECOND;
        long first = World.START + random.nextInt(1_000) * MILLISECOND;
        world.every(
            pace,
            first,
            end - SECOND,
            () -> {
              int burst = random.nextInt(50) == 0 ? random.nextInt(150) : 1;
              for (int i = 0; i < burst; i++) {
                flow.send(random.nextInt(random.nextInt(8) == 0 ? 1_380 : 200));
              }
            });
      }
    }

    private void worsen() {
      long least = random.nextInt(100) * MILLISECOND;
      long most = least + random.nextInt(300) * MILLISECOND;
      double loss = random.nextInt(4) * 0.1;
      wire.conditions(new Conditions(loss, random.nextDouble() * 0.3, least, most));
    }

    /** Puts one fault somewhere before the calm. */
    private void fault(boolean restarts) {
      long lasting = (1 + random.nextInt(20)) * SECOND;
      long span = calm - World.START - lasting;
      long at = World.START + (long) (random.nextDouble() * span);
      Host host = random.nextBoolean() ? alice : bob;
      switch (random.nextInt(6)) {
        case 0 -> world.at(at, this::worsen);
        case 1 -> {
          world.at(at, () -> isCut = true);
          world.at(at + lasting, () -> isCut = false);
        }
        case 2 -> world.at(at, () -> translatedPort = 1_024 + random.nextInt(60_000));
        case 3 -> {
          world.at(at, host::down);
          world.at(at + lasting, host::up);
        }
        case 4 -> world.at(at, this::changePresharedKey);
        default -> {
          // A clock that was set back and a restart together make a device whose stamps are old:
          // its peers refuse it, and are right.
          if (restarts) {
            world.at(at, host::restart);
          } else {
            long jump = random.nextInt(2_000_000) * SECOND / 2 - 500_000 * SECOND;
            world.at(at, () -> host.jumpWallClock(jump));
          }
        }
      }
    }

    private void changePresharedKey() {
      presharedKey++;
      alice.peer(settings(pair.bobAsPeer(), "fd00::2/128"));
      bob.peer(settings(pair.aliceAsPeer(), "fd00::1/128").at(null));
    }

    private @Nullable Datagram route(Datagram datagram) {
      if (isCut) {
        return null;
      }
      if (translatedPort == 0) {
        return datagram;
      }
      if (datagram.source().address().equals(alice.address())) {
        return datagram.from(ELSEWHERE, translatedPort);
      }
      Endpoint outside = new Endpoint(ELSEWHERE, translatedPort);
      return datagram.destination().equals(outside)
          ? datagram.to(alice.address(), alice.endpoint().port())
          : null;
    }

    private void note(long[] sent) {
      for (int i = 0; i < sent.length; i++) {
        sent[i] = flows.get(i).sentCount();
      }
    }

    private static void assertAllArrived(Flow flow, long from) {
      long[] arrived =
          flow.arrivals().stream()
              .mapToLong(Flow.Arrival::number)
              .filter(number -> number >= from)
              .toArray();
      long[] expected = LongStream.range(from, flow.sentCount()).toArray();
      assertEquals(List.of(expected.length), List.of(arrived.length), () -> flow + " at the end");
    }

    private void assertNothingInTheClear() {
      for (Sighting sighting : wire.sightings()) {
        ByteBuffer bytes = ByteBuffer.wrap(sighting.datagram().payload());
        for (int i = 0; i + Long.BYTES <= bytes.limit(); i++) {
          if (bytes.getLong(i) == Flow.MARK) {
            throw new AssertionError("in the clear: " + sighting);
          }
        }
      }
    }
  }
}
