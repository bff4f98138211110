package dev.warren.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.linux.SocketFilter.Instruction;
import dev.warren.packet.Batch;
import dev.warren.packet.Thinning;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the kernel keeps out: by the rules of its machine, and by the kernel itself. */
class SocketFilterTest {
  /** So little that by chance one in a thousand runs lets three of a hundred messages in. */
  private static final double NEXT_TO_NOTHING = 1.0 / 4096;

  private static final Thinning FEW_INITIATIONS = new Thinning(NEXT_TO_NOTHING, 1, 1, 1);
  private static final int COUNT = 100;

  /** Each kind has a share of its own, and the random number that just passes tells which. */
  @Test
  void theProgramTellsTheKindsApartAsEverybodyElse() {
    double[] shares = {0.1, 0.2, 0.3, 0.4};
    List<Instruction> program = SocketFilter.program(new Thinning(shares));
    Random random = new Random(1);
    int[] seen = new int[Thinning.KINDS + 1];
    for (int i = 0; i < 20_000; i++) {
      int[] lengths = {0, 3, 4, 32, 64, 92, 147, 148, 149, random.nextInt(1500)};
      byte[] payload = new byte[lengths[random.nextInt(lengths.length)]];
      if (i % 3 == 0) {
        random.nextBytes(payload);
      }
      if (payload.length >= 4) {
        payload[0] = (byte) random.nextInt(6);
        payload[1] = payload[2] = payload[3] = (byte) (random.nextInt(8) / 7);
      }
      if (payload.length >= 148 && i % 3 == 1) {
        payload[130 + random.nextInt(18)] = 1;
      }
      int kind = Thinning.kind(MemorySegment.ofArray(payload), 0, payload.length);
      seen[kind]++;
      if (kind == Thinning.TRANSPORT_DATA) {
        assertEquals(-1, run(program, payload, -1));
      } else {
        int last = (int) (long) (shares[kind] * 0xffff_ffffL);
        assertEquals(-1, run(program, payload, last));
        assertEquals(0, run(program, payload, last + 1));
      }
    }
    for (int count : seen) {
      assertTrue(count > 300);
    }
  }

  @Test
  void aShareOfOneLetsEverythingIn() {
    byte[] initiation = new byte[148];
    initiation[0] = 1;
    assertEquals(-1, run(SocketFilter.program(Thinning.NONE), initiation, -1));
  }

  /** The few instructions of classic BPF that the program is made of; loads past the end drop. */
  private static int run(List<Instruction> program, byte[] payload, int random) {
    byte[] datagram = new byte[SocketFilter.UDP_HEADER_BYTES + payload.length];
    System.arraycopy(payload, 0, datagram, SocketFilter.UDP_HEADER_BYTES, payload.length);
    int accumulator = 0;
    int next = 0;
    while (true) {
      Instruction step = program.get(next++);
      int operand = step.operand();
      int compared = Integer.compareUnsigned(accumulator, operand);
      switch (step.code()) {
        case SocketFilter.RETURN -> {
          return operand;
        }
        case SocketFilter.LD_LENGTH -> accumulator = datagram.length;
        case SocketFilter.LD_WORD -> {
          if (operand == SocketFilter.RANDOM) {
            accumulator = random;
          } else if (operand < 0 || operand + 4 > datagram.length) {
            return 0;
          } else {
            accumulator = MemorySegment.ofArray(datagram).get(Inet.INT_BE, operand);
          }
        }
        case SocketFilter.JUMP_EQUAL -> next += compared == 0 ? step.yes() : step.no();
        case SocketFilter.JUMP_GREATER -> next += compared > 0 ? step.yes() : step.no();
        case SocketFilter.JUMP_NOT_LESS -> next += compared >= 0 ? step.yes() : step.no();
        default -> throw new AssertionError(step);
      }
      assertTrue(step.yes() >= 0 && step.no() >= 0 && step.yes() < 256 && step.no() < 256);
    }
  }

  @Test
  void theKernelThinsInitiationsAndNothingElse() {
    for (Offloads offloads : List.of(Offloads.NONE, Offloads.ALL)) {
      // The sender joins nothing: the kernel decides for all of a joined message at once.
      try (UdpSockets alice = Harness.udp(Offloads.NONE);
          UdpSockets bob = Harness.udp(offloads)) {
        assertTrue(alice.bind(0) > 0);
        int port = bob.bind(0);
        assertTrue(port > 0);
        assertEquals(0, bob.thin(FEW_INITIATIONS));
        assertFew(alice, bob, port);
        assertTrue(bob.bind(0) > 0);
        assertFew(alice, bob, bob.bind(0));
      }
    }
  }

  @Test
  void whatIsSetBeforeTheSocketsAreOpenHoldsAfterwardsAndEnds() {
    try (UdpSockets alice = Harness.udp(Offloads.NONE);
        UdpSockets bob = Harness.udp(Offloads.NONE)) {
      assertEquals(0, bob.thin(Thinning.NONE));
      assertEquals(0, bob.thin(FEW_INITIATIONS));
      assertTrue(alice.bind(0) > 0);
      int port = bob.bind(0);
      assertEquals(0, bob.thin(FEW_INITIATIONS), "one in the place of another");
      assertFew(alice, bob, port);
      assertEquals(0, bob.thin(Thinning.NONE));
      assertEquals(0, bob.thin(Thinning.NONE), "nothing is there to take away");
      for (String address : List.of("127.0.0.1", "::1")) {
        send(alice, address, port);
        assertEquals(3 * COUNT, Harness.receive(bob, new Batch(64, 1 << 23), 3 * COUNT).size());
      }
    }
  }

  private static void assertFew(UdpSockets from, UdpSockets to, int port) {
    for (String address : List.of("127.0.0.1", "::1")) {
      send(from, address, port);
      Batch in = new Batch(64, UdpSockets.receiveBytes(64));
      int[] others = new int[1];
      int[] initiations = new int[1];
      try (PollDoorbell doorbell = PollDoorbell.open(to)) {
        Harness.await(
            doorbell,
            () -> {
              to.receive(in);
              for (int slot = 0; slot < in.count(); slot++) {
                int[] count = Harness.bytes(in, slot)[0] == 1 ? initiations : others;
                count[0]++;
              }
              return others[0] >= 2 * COUNT;
            });
      } catch (LinuxException e) {
        throw new AssertionError(e);
      }
      assertEquals(2 * COUNT, others[0]);
      assertTrue(initiations[0] <= COUNT / 2, () -> initiations[0] + " initiations came in");
    }
  }

  /** In turns an initiation, a response and transport data. */
  private static void send(UdpSockets from, String address, int port) {
    Batch out = new Batch(3 * COUNT, 1 << 20);
    for (int i = 0; i < 3 * COUNT; i++) {
      char type = "\1\2\4".charAt(i % 3);
      String message = type + "\0".repeat(i % 3 == 0 ? 147 : i % 3 == 1 ? 91 : 31 + i);
      Harness.add(out, message, Harness.to(address, port));
    }
    Harness.Report report = new Harness.Report();
    assertEquals(3 * COUNT, from.send(out, report));
    assertEquals(List.of(), report.failed);
  }
}
