package dev.warren.netstack;

import static dev.warren.netstack.Segment.ACK;
import static dev.warren.netstack.Segment.FIN;
import static dev.warren.netstack.Segment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Segments of chance, near enough to be looked at, against connections in every state: nothing
 * throws, no segment leaves that must not, and some hours later nothing is left to do.
 *
 * <p>{@code -Dwarren.netstack.seed=S} begins with a seed.
 */
class TcpFuzzTest {
  private static final int RUNS = Integer.getInteger("warren.netstack.runs", 2_000);
  private final Map<TcpState, Integer> seen = new EnumMap<>(TcpState.class);

  @Test
  void segmentsOfChance() {
    long first = Long.getLong("warren.netstack.seed", System.nanoTime());
    System.out.println("TcpFuzzTest seed " + first);
    for (long seed = first; seed < first + RUNS; seed++) {
      try {
        new Run(seed).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("-Dwarren.netstack.seed=" + seed, e);
      }
    }
    System.out.println("  " + seen);
    for (TcpState state : TcpState.values()) {
      assertTrue(seen.getOrDefault(state, 0) > RUNS / 20, () -> state + " in " + seen);
    }
  }

  private final class Run {
    private final SplittableRandom random;
    private final HandPeer peer;
    private final TcpConnection connection;
    private final byte[] buffer = new byte[20_000];
    private int sent;

    Run(long seed) {
      random = new SplittableRandom(seed);
      peer = new HandPeer(random.nextBoolean(), 1 << (12 + random.nextInt(8)));
      peer.sequence = random.nextInt();
      peer.scale = random.nextBoolean() ? random.nextInt(16) : -1;
      peer.sack = random.nextBoolean();
      peer.stamps = random.nextBoolean();
      peer.stamp = random.nextInt();
      peer.mss = random.nextInt(4) == 0 ? random.nextInt(65_536) : 1380;
      int kind = random.nextInt(8);
      if (kind == 0) {
        connection = peer.calling();
        peer.acknowledgment = peer.one().end();
      } else if (kind == 1) {
        connection = peer.calling();
        peer.acknowledgment = peer.one().end();
        peer.say(SYN);
        peer.take();
      } else {
        connection = random.nextBoolean() ? peer.accepted() : peer.called();
        into();
      }
    }

    /** Goes on to a state of chance. */
    private void into() {
      int goal = random.nextInt(7);
      if (goal == 1 || goal == 2) {
        peer.say(FIN | ACK);
      }
      if (goal >= 2) {
        connection.shutdownOutput();
        int end = peer.take().getLast().end();
        if (goal == 4 || goal == 6) {
          peer.acknowledge(end);
        }
        if (goal >= 5) {
          peer.say(FIN | ACK);
        }
      }
    }

    void run() {
      for (int i = 0; i < 60; i++) {
        seen.merge(connection.state(), 1, Integer::sum);
        step();
        for (Segment each : peer.take()) {
          assertTrue(each.packet.length <= HandPeer.MTU, each::toString);
          sent++;
        }
        assertTrue(sent < 10_000, "an endless answer");
      }
      connection.close();
      long hours = 4 * 3600 * HandPeer.SECOND;
      List<Segment> rest = peer.during(hours);
      assertTrue(rest.size() < 2_000, () -> rest.size() + " segments to nobody");
      assertEquals(TcpState.CLOSED, connection.state());
      assertEquals(Long.MAX_VALUE, peer.stack.nextDeadlineNanos());
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0 -> connection.write(buffer, 0, random.nextInt(buffer.length));
        case 1 -> connection.read(buffer, 0, random.nextInt(buffer.length));
        case 2 -> peer.during(1L << random.nextInt(37));
        case 3 -> program();
        default -> peer.put(segment());
      }
    }

    private void program() {
      switch (random.nextInt(8)) {
        case 0 -> connection.shutdownOutput();
        case 1 -> connection.shutdownInput();
        case 2 -> connection.keepAlive(true, 1L << random.nextInt(36), 1L << 30, 2);
        case 3 -> connection.userTimeout(1L << random.nextInt(40));
        case 4 -> connection.noDelay(random.nextBoolean());
        case 5 -> peer.stack.mtu(random.nextBoolean() ? 1280 : HandPeer.MTU);
        default -> {}
      }
    }

    private int near(int number) {
      return switch (random.nextInt(6)) {
        case 0 -> number + random.nextInt(-3, 4);
        case 1 -> number + random.nextInt(-5000, 5000);
        case 2 -> number + (1 << random.nextInt(32));
        default -> number;
      };
    }

    private byte[] segment() {
      int[] likely = {ACK, ACK, ACK, ACK | 8, FIN | ACK, SYN, SYN | ACK, 4, 4 | ACK};
      int flags =
          random.nextInt(3) == 0 ? random.nextInt(256) : likely[random.nextInt(likely.length)];
      if (random.nextInt(8) != 0) {
        flags &= ~4;
      }
      peer.window = random.nextInt(65_536) >>> random.nextInt(17);
      peer.stamp += random.nextInt(-2, 20);
      byte[] data = new byte[random.nextInt(3) == 0 ? random.nextInt(1400) : 0];
      byte[] options = options();
      return peer.packet(near(peer.sequence), near(peer.acknowledgment), flags, options, data);
    }

    private byte[] options() {
      byte[] stamp = peer.stamps && random.nextInt(8) != 0 ? peer.stampOption() : new byte[0];
      byte[] rest =
          switch (random.nextInt(4)) {
            case 0 -> {
              int[] edges = new int[2 * random.nextInt(1, 4)];
              for (int i = 0; i < edges.length; i++) {
                edges[i] = near(near(peer.acknowledgment));
              }
              yield HandPeer.sackOption(edges);
            }
            case 1 -> {
              byte[] noise = new byte[4 * random.nextInt(8)];
              random.nextBytes(noise);
              yield noise;
            }
            default -> new byte[0];
          };
      byte[] all = HandPeer.join(stamp, rest);
      return all.length > 40 ? java.util.Arrays.copyOf(all, 40) : all;
    }
  }
}
