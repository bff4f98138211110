package dev.warren.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.trie.PrefixTrie;
import dev.warren.packet.trie.PrefixTrieV4;
import dev.warren.packet.trie.PrefixTrieV6;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of a table against lists that are searched from end to end. */
class AllowedIpsModelTest {
  private static final int OPERATIONS = 30_000;
  private static final int OWNERS = 12;

  private final AllowedIps<Integer> table = new AllowedIps<>();
  private final Map<Prefix, Integer> model = new HashMap<>();
  private final List<LinkedHashSet<Prefix>> lists = new ArrayList<>();

  AllowedIpsModelTest() {
    for (int owner = 0; owner < OWNERS; owner++) {
      lists.add(new LinkedHashSet<>());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void agreesWithALinearSearch(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < OPERATIONS; i++) {
      Prefix prefix = prefix(random);
      Integer owner = random.nextInt(OWNERS);
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4, 5, 6 ->
            assertEquals(insert(prefix, owner), table.insert(prefix, owner));
        case 7, 8, 9 -> assertEquals(remove(prefix, owner), table.remove(prefix, owner));
        case 10, 11 -> {
          Integer holder = model.getOrDefault(prefix, owner);
          assertEquals(remove(prefix, holder), table.remove(prefix, holder));
        }
        case 12 -> {
          if (random.nextInt(20) == 0) {
            assertEquals(lists.get(owner).size(), table.removeAll(owner));
            lists.get(owner).forEach(model::remove);
            lists.get(owner).clear();
          }
        }
        default -> {
          IpAddress address = address(random, prefix.isV6());
          assertEquals(
              lookup(address), table.lookup(address), () -> "seed " + seed + " " + address);
        }
      }
      assertEquals(model.size(), table.count());
      if (i % 500 == 0) {
        assertSameLists();
      }
    }
    for (int owner = 0; owner < OWNERS; owner++) {
      table.removeAll(owner);
    }
    assertEquals(0, table.count());
  }

  /** Histories on the tries themselves, whose shape must be the least that the prefixes need. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void triesHaveNoNodeTooMany(boolean v6) {
    PrefixTrie<Integer> trie = v6 ? new PrefixTrieV6<>() : new PrefixTrieV4<>();
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      Prefix prefix = prefix(random, v6);
      int node = trie.find(prefix);
      boolean shrinking = i / 1000 % 2 == 1;
      if (node == PrefixTrie.NONE && !(shrinking && random.nextInt(4) > 0)) {
        assertEquals(prefix, trie.prefix(trie.insert(prefix, 1)));
      } else if (node != PrefixTrie.NONE) {
        assertEquals(prefix, trie.prefix(node));
        trie.remove(node);
      }
      if (i % 20 == 0) {
        assertEquals(trie.count(), ownedBelow(trie, trie.root(), -1));
      }
    }
  }

  private static int ownedBelow(PrefixTrie<Integer> trie, int node, int parentLength) {
    if (node == PrefixTrie.NONE) {
      return 0;
    }
    assertTrue(trie.length(node) > parentLength);
    boolean owned = trie.owner(node) != null;
    int zero = trie.child(node, 0);
    int one = trie.child(node, 1);
    assertTrue(owned || (zero != PrefixTrie.NONE && one != PrefixTrie.NONE), "an idle branch");
    int length = trie.length(node);
    return (owned ? 1 : 0) + ownedBelow(trie, zero, length) + ownedBelow(trie, one, length);
  }

  private void assertSameLists() {
    for (int owner = 0; owner < OWNERS; owner++) {
      List<Prefix> listed = new ArrayList<>();
      table.forEach(owner, listed::add);
      assertEquals(new ArrayList<>(lists.get(owner)), listed);
      assertEquals(listed.size(), table.count(owner));
    }
  }

  private @Nullable Integer insert(Prefix prefix, Integer owner) {
    Integer previous = model.put(prefix, owner);
    if (previous != null) {
      lists.get(previous).remove(prefix);
    }
    lists.get(owner).add(prefix);
    return previous;
  }

  private boolean remove(Prefix prefix, Integer owner) {
    lists.get(owner).remove(prefix);
    return model.remove(prefix, owner);
  }

  private @Nullable Integer lookup(IpAddress address) {
    Integer best = null;
    int length = -1;
    for (Map.Entry<Prefix, Integer> entry : model.entrySet()) {
      if (entry.getKey().length() > length && entry.getKey().contains(address)) {
        best = entry.getValue();
        length = entry.getKey().length();
      }
    }
    return best;
  }

  private static Prefix prefix(Random random) {
    return prefix(random, random.nextBoolean());
  }

  private static Prefix prefix(Random random, boolean v6) {
    return new Prefix(address(random, v6), random.nextInt(v6 ? 129 : 33));
  }

  /** An address of few set bits in chosen places, so that prefixes meet often. */
  private static IpAddress address(Random random, boolean v6) {
    long high = random.nextLong() & 0xc003_0000_8001_0103L;
    long low = random.nextLong() & 0x8000_0101_c000_0003L;
    return v6 ? IpAddress.v6(high, low) : IpAddress.v4((int) low);
  }
}
