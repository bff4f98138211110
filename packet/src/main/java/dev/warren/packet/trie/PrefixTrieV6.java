package dev.warren.packet.trie;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Confined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The trie of IPv6 prefixes.
 *
 * <p><b>Shape:</b> four longs a node, 32 bytes: upper and lower half of the address, length (with
 * {@link #OWNED} set where a lookup may end), and both children, the one for a next bit of 0 in the
 * lower half.
 *
 * <p><b>Owner:</b> the device's thread.
 */
@Confined("device")
public final class PrefixTrieV6<P> extends PrefixTrie<P> {
  private static final int STRIDE = 4;
  private static final int LOW = 1;
  private static final int LENGTH = 2;
  private static final int CHILDREN = 3;
  private static final int OWNED = 1 << 8;
  private static final int LENGTH_MASK = OWNED - 1;

  private long[] nodes = new long[16 * STRIDE];

  /** An empty trie. */
  public PrefixTrieV6() {
    super(2 * Long.SIZE);
  }

  /** The owner of the longest prefix that this address has, or null. */
  public @Nullable P lookup(long high, long low) {
    long[] at = nodes;
    int best = NONE;
    int node = root;
    while (node != NONE) {
      int base = node * STRIDE;
      int meta = (int) at[base + LENGTH];
      int length = meta & LENGTH_MASK;
      long difference = at[base] ^ high;
      int common =
          difference != 0
              ? Long.numberOfLeadingZeros(difference)
              : 64 + Long.numberOfLeadingZeros(at[base + LOW] ^ low);
      if (common < length) {
        break;
      }
      if (meta > LENGTH_MASK) {
        best = node;
      }
      // Below a whole address there is NONE on both sides, so any bit will do for "the next".
      long bit = (length < 64 ? high : low) >>> (63 - (length & 63)) & 1;
      node = (int) (at[base + CHILDREN] >>> (bit << 5));
    }
    return best == NONE ? null : owner(best);
  }

  @Override
  long high(int node) {
    return nodes[node * STRIDE];
  }

  @Override
  long low(int node) {
    return nodes[node * STRIDE + LOW];
  }

  @Override
  public int length(int node) {
    return (int) nodes[node * STRIDE + LENGTH] & LENGTH_MASK;
  }

  @Override
  public int child(int node, int side) {
    return (int) (nodes[node * STRIDE + CHILDREN] >>> (side << 5));
  }

  @Override
  void setChild(int node, int side, int child) {
    int base = node * STRIDE + CHILDREN;
    int shift = side << 5;
    nodes[base] = (nodes[base] & ~(0xffffffffL << shift)) | (long) child << shift;
  }

  @Override
  void setNode(int node, long high, long low, int length) {
    int base = node * STRIDE;
    nodes[base] = high;
    nodes[base + LOW] = low;
    nodes[base + LENGTH] = length;
    nodes[base + CHILDREN] = NONE;
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
    return new Prefix(IpAddress.v6(high(node), low(node)), length(node));
  }
}
