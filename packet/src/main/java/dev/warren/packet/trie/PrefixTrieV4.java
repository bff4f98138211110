package dev.warren.packet.trie;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Confined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The trie of IPv4 prefixes.
 *
 * <p><b>Shape:</b> four ints a node, 16 bytes: address, length (with {@link #OWNED} set where a
 * lookup may end), child for a next bit of 0, child for a next bit of 1.
 *
 * <p><b>Owner:</b> the device's thread.
 */
@Confined("device")
public final class PrefixTrieV4<P> extends PrefixTrie<P> {
  private static final int STRIDE = 4;
  private static final int LENGTH = 1;
  private static final int CHILDREN = 2;
  private static final int OWNED = 1 << 8;
  private static final int LENGTH_MASK = OWNED - 1;

  private int[] nodes = new int[16 * STRIDE];

  /** An empty trie. */
  public PrefixTrieV4() {
    super(Integer.SIZE);
  }

  /** The owner of the longest prefix that this address has, or null. */
  public @Nullable P lookup(int address) {
    int[] at = nodes;
    int best = NONE;
    int node = root;
    while (node != NONE) {
      int base = node * STRIDE;
      int meta = at[base + LENGTH];
      int length = meta & LENGTH_MASK;
      if (Integer.numberOfLeadingZeros(at[base] ^ address) < length) {
        break;
      }
      if (meta > LENGTH_MASK) {
        best = node;
      }
      // Below a whole address there is NONE on both sides, so any bit will do for "the next".
      node = at[base + CHILDREN + (address >>> (31 - length) & 1)];
    }
    return best == NONE ? null : owner(best);
  }

  @Override
  long high(int node) {
    return (long) nodes[node * STRIDE] << 32;
  }

  @Override
  long low(int node) {
    return 0;
  }

  @Override
  public int length(int node) {
    return nodes[node * STRIDE + LENGTH] & LENGTH_MASK;
  }

  @Override
  public int child(int node, int side) {
    return nodes[node * STRIDE + CHILDREN + side];
  }

  @Override
  void setChild(int node, int side, int child) {
    nodes[node * STRIDE + CHILDREN + side] = child;
  }

  @Override
  void setNode(int node, long high, long low, int length) {
    int base = node * STRIDE;
    nodes[base] = (int) (high >>> 32);
    nodes[base + LENGTH] = length;
    nodes[base + CHILDREN] = NONE;
    nodes[base + CHILDREN + 1] = NONE;
  }

  @Override
  void setOwned(int node, boolean owned) {
    nodes[node * STRIDE + LENGTH] = length(node) | (owned ? OWNED : 0);
  }

  @Override
  void resize(int capacity) {
    nodes = Arrays.copyOf(nodes, capacity * STRIDE);
  }

  @Override
  public Prefix prefix(int node) {
    return new Prefix(IpAddress.v4(nodes[node * STRIDE]), length(node));
  }
}
