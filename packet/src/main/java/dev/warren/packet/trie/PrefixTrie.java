package dev.warren.packet.trie;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Confined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A path-compressed binary trie of the prefixes of one family, each with an owner.
 *
 * <p>A node stands for a prefix. Its children are longer prefixes that begin with it and differ in
 * the bit that follows. Nodes that nobody owns exist only to branch: they always have two children,
 * so there are fewer of them than of the others and the trie is never deeper than it must be.
 *
 * <p><b>Shape:</b> nodes are numbers, their fields lie in arrays: a lookup touches only those of
 * the subclass, one cache line a node, and a million nodes are no work for the collector. Node
 * {@link #NONE} means "no node"; its entries are never read. Freed nodes are chained by their
 * parent field. Keys are addresses of 128 bits in two halves; IPv4 uses the upper 32.
 *
 * <p>Beside its place in the trie every owned node has one in its owner's list, which the user of
 * the trie keeps here as {@link #older} and {@link #newer} links.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> the behaviour of the kernel's {@code allowedips.c}; unlike it, this one takes
 * branches away as soon as they branch no more.
 */
@Confined("device")
public abstract sealed class PrefixTrie<P> permits PrefixTrieV4, PrefixTrieV6 {
  /** No node. */
  public static final int NONE = 0;

  private static final int FIRST_CAPACITY = 16;

  private final int bits;

  /** The shortest prefix, or {@link #NONE}. */
  protected int root;

  private @Nullable Object[] owners;
  private int[] parents;
  private int[] olders;
  private int[] newers;
  private int firstFree;
  private int used; // nodes ever taken, NONE among them
  private int count;

  PrefixTrie(int bits) {
    this.bits = bits;
    this.owners = new Object[FIRST_CAPACITY];
    this.parents = new int[FIRST_CAPACITY];
    this.olders = new int[FIRST_CAPACITY];
    this.newers = new int[FIRST_CAPACITY];
    this.used = 1;
  }

  /** The upper half of a node's address. */
  abstract long high(int node);

  /** The lower half of a node's address. */
  abstract long low(int node);

  /** How many bits of a node's address count. */
  public abstract int length(int node);

  /** The child whose next bit is {@code side}, or {@link #NONE}. */
  public abstract int child(int node, int side);

  abstract void setChild(int node, int side, int child);

  /** Makes a node with this prefix, without children and without owner. */
  abstract void setNode(int node, long high, long low, int length);

  /** Notes whether a lookup may end at this node. */
  abstract void setOwned(int node, boolean owned);

  /** Makes the subclass's arrays hold this many nodes. */
  abstract void resize(int capacity);

  /** The prefix of a node. */
  public abstract Prefix prefix(int node);

  /** The node of the shortest prefix, or {@link #NONE}. */
  public final int root() {
    return root;
  }

  /** How many prefixes have an owner. */
  public final int count() {
    return count;
  }

  /** The owner of a node, null for a branch. */
  @SuppressWarnings("unchecked") // only insert() writes there
  public final @Nullable P owner(int node) {
    return (P) owners[node];
  }

  public final int older(int node) {
    return olders[node];
  }

  public final void setOlder(int node, int link) {
    olders[node] = link;
  }

  public final int newer(int node) {
    return newers[node];
  }

  public final void setNewer(int node, int link) {
    newers[node] = link;
  }

  /** The owned node of exactly this prefix, or {@link #NONE}. */
  public final int find(Prefix prefix) {
    long high = high(prefix.address());
    long low = low(prefix.address());
    int node = root;
    while (node != NONE && length(node) < prefix.length() && covers(node, high, low)) {
      node = child(node, bit(high, low, length(node)));
    }
    boolean found = node != NONE && length(node) == prefix.length() && covers(node, high, low);
    return found && owners[node] != null ? node : NONE;
  }

  /** Gives a prefix that {@link #find} did not find to an owner; answers its node. */
  public final int insert(Prefix prefix, P owner) {
    long high = high(prefix.address());
    long low = low(prefix.address());
    int length = prefix.length();
    int parent = NONE;
    int node = root;
    while (node != NONE && length(node) <= length && covers(node, high, low)) {
      if (length(node) == length) {
        return own(node, owner);
      }
      parent = node;
      node = child(parent, bit(high, low, length(parent)));
    }
    int fresh = own(allocate(high, low, length), owner);
    if (node == NONE) {
      attach(parent, fresh);
      return fresh;
    }
    int common = Math.min(length, common(node, high, low));
    if (common == length) {
      attach(parent, fresh);
      attach(fresh, node);
      return fresh;
    }
    int branch = allocate(high & mask(common), low & mask(common - 64), common);
    attach(parent, branch);
    attach(branch, fresh);
    attach(branch, node);
    return fresh;
  }

  /** Changes the owner of an owned node. */
  public final void setOwner(int node, P owner) {
    owners[node] = owner;
  }

  /** Takes an owned node's owner away, and the node with it unless it is needed to branch. */
  public final void remove(int node) {
    owners[node] = null;
    setOwned(node, false);
    count--;
    if (child(node, 0) != NONE && child(node, 1) != NONE) {
      return;
    }
    int parent = parents[node];
    int only = child(node, child(node, 0) != NONE ? 0 : 1);
    replace(node, only);
    if (only == NONE && parent != NONE && owners[parent] == null) {
      // The parent was there to branch, and has one way left.
      replace(parent, child(parent, child(parent, 0) != NONE ? 0 : 1));
    }
    if (count == 0) {
      shrink();
    }
  }

  /** How many leading bits of a node's address, counted or not, are those of this address. */
  private int common(int node, long high, long low) {
    long difference = high(node) ^ high;
    return difference != 0
        ? Long.numberOfLeadingZeros(difference)
        : Math.min(bits, 64 + Long.numberOfLeadingZeros(low(node) ^ low));
  }

  private boolean covers(int node, long high, long low) {
    return common(node, high, low) >= length(node);
  }

  private int own(int node, P owner) {
    owners[node] = owner;
    setOwned(node, true);
    count++;
    return node;
  }

  /** Hangs a node below another on the side that its address says; below none it is the root. */
  private void attach(int parent, int node) {
    parents[node] = parent;
    if (parent == NONE) {
      root = node;
    } else {
      setChild(parent, bit(high(node), low(node), length(parent)), node);
    }
  }

  /** Puts a node's only child, or none, into its place and frees it. */
  private void replace(int node, int by) {
    int parent = parents[node];
    if (by != NONE) {
      attach(parent, by);
    } else if (parent == NONE) {
      root = NONE;
    } else {
      setChild(parent, child(parent, 0) == node ? 0 : 1, NONE);
    }
    parents[node] = firstFree;
    firstFree = node;
  }

  private int allocate(long high, long low, int length) {
    int node = firstFree;
    if (node != NONE) {
      firstFree = parents[node];
    } else {
      node = used;
      if (node == parents.length) {
        setCapacity(node + (node >> 1));
      }
      used++;
    }
    setNode(node, high, low, length);
    return node;
  }

  private void setCapacity(int capacity) {
    owners = Arrays.copyOf(owners, capacity);
    parents = Arrays.copyOf(parents, capacity);
    olders = Arrays.copyOf(olders, capacity);
    newers = Arrays.copyOf(newers, capacity);
    resize(capacity);
  }

  /** Gives the memory back, now that no node is left. */
  private void shrink() {
    firstFree = NONE;
    used = 1;
    setCapacity(FIRST_CAPACITY);
  }

  private static int bit(long high, long low, int index) {
    return (int) ((index < 64 ? high : low) >>> (63 - (index & 63))) & 1;
  }

  private static long high(IpAddress address) {
    return address.isV6() ? address.high() : address.low() << 32;
  }

  private static long low(IpAddress address) {
    return address.isV6() ? address.low() : 0;
  }

  /** The upper {@code length} of 64 bits: none when negative, all from 64 on. */
  private static long mask(int length) {
    return length <= 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
  }
}
