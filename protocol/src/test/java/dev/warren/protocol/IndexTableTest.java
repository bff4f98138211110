package dev.warren.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.warren.crypto.RandomSource;
import dev.warren.protocol.IndexTable.Receiver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexTableTest {
  private final TestDevice[] pair = TestDevice.connectedPair(11, TestDevice.START);
  private final List<Receiver> receivers =
      List.of(
          pair[0].handshake(pair[1]),
          pair[1].handshake(pair[0]),
          pair[0].current(pair[1]),
          pair[1].current(pair[0]));

  @Test
  void anIndexInUseIsNotGivenOutAgain() {
    int[] dice = {7, 7, 7, 8, 7};
    int[] thrown = {0};
    IndexTable table = new IndexTable(random(() -> dice[thrown[0]++]));
    assertEquals(7, table.insert(receivers.get(0)));
    assertEquals(8, table.insert(receivers.get(1)));
    table.remove(7, receivers.get(0));
    assertEquals(7, table.insert(receivers.get(2)));
    assertEquals(receivers.get(2), table.lookup(7));
  }

  @Test
  void zeroIsAnIndexLikeAnother() {
    IndexTable table = new IndexTable(random(() -> 0));
    assertNull(table.lookup(0));
    assertEquals(0, table.insert(receivers.get(0)));
    assertEquals(receivers.get(0), table.lookup(0));
  }

  @Test
  void onlyItsHolderMayGiveAnIndexAwayOrBack() {
    IndexTable table = new IndexTable(random(() -> 5));
    table.insert(receivers.get(0));
    table.replace(5, receivers.get(1), receivers.get(2));
    table.remove(5, receivers.get(1));
    assertEquals(receivers.get(0), table.lookup(5));
    table.replace(5, receivers.get(0), receivers.get(2));
    table.remove(5, receivers.get(0));
    assertEquals(receivers.get(2), table.lookup(5));
    assertEquals(1, table.size());
  }

  /**
   * Against a map. The masks leave few different low bits, where the table looks: long probe runs
   * that wrap around its end, with gaps made in them.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0xffffffff", "2, 0xffffffff", "3, 0x0000003f", "4, 0x0000003f", "5, 0xf000000f",
    "6, 0xff000000", "7, 0xffff0000", "8, 0xf0f0000e", "9, 0x800000ff", "10, 0x0000007f"
  })
  void agreesWithANaiveModel(long seed, String mask) {
    Random random = new Random(seed);
    int bits = Integer.parseUnsignedInt(mask.substring(2), 16);
    int most = Math.min(200, 1 << Math.min(20, Integer.bitCount(bits)));
    IndexTable table = new IndexTable(random(() -> random.nextInt() & bits));
    Map<Integer, Receiver> model = new HashMap<>();
    List<Integer> known = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      Receiver receiver = receivers.get(random.nextInt(receivers.size()));
      if (model.size() < most * 3 / 4 && random.nextInt(100) < 52) {
        int index = table.insert(receiver);
        assertNull(model.put(index, receiver), "seed " + seed + " step " + step);
        known.add(index);
      } else if (!known.isEmpty()) {
        int index = known.get(random.nextInt(known.size()));
        if (random.nextBoolean()) {
          table.remove(index, receiver);
          model.remove(index, receiver);
        } else {
          Receiver other = receivers.get(random.nextInt(receivers.size()));
          table.replace(index, receiver, other);
          model.replace(index, receiver, other);
        }
      }
      if (step % 50 == 0) {
        known.removeIf(index -> !model.containsKey(index) && random.nextBoolean());
      }
      assertEquals(model.size(), table.size());
      if (step % 10 == 0) {
        for (int index : known) {
          assertEquals(model.get(index), table.lookup(index), "seed " + seed + " step " + step);
        }
      }
    }
  }

  private static RandomSource random(IntSupplier dice) {
    return new RandomSource() {
      @Override
      public void fill(byte[] dst, int offset, int length) {
        throw new AssertionError("indices are drawn whole");
      }

      @Override
      public int nextInt() {
        return dice.getAsInt();
      }
    };
  }
}
