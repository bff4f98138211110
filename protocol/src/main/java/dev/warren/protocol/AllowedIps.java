package dev.warren.protocol;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Confined;
import dev.warren.packet.trie.PrefixTrie;
import dev.warren.packet.trie.PrefixTrieV4;
import dev.warren.packet.trie.PrefixTrieV6;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cryptokey routing: which peer an inner address belongs to.
 *
 * <p>One table serves the whole device. The longest prefix decides, for the destinations of packets
 * sent and for the sources of packets received alike; a prefix belongs to one peer, the one it was
 * given to last.
 *
 * <p><b>Shape:</b> a {@link PrefixTrie} per family, and per owner a list of its prefixes. The links
 * of the list are {@code node * 2 + family}, family 1 being IPv6, so that one list runs through
 * both tries.
 *
 * <p>A list is in the order in which its owner was given the prefixes, the last one at the end,
 * also when the owner had it before: the order in which the kernel lists them and so the one that
 * {@code wg} shows. It depends on nothing but the configuration's own history.
 *
 * <p><b>Owner:</b> the device's thread. Lookups allocate nothing.
 *
 * <p><b>Source:</b> whitepaper §2; the protocol reference, "Cryptokey routing"; the kernel's {@code
 * allowedips.c}.
 *
 * @param <P> the owner's type; equality says which owners are one
 */
@Confined("device")
final class AllowedIps<P> {
  private static final int NO_LINK = 0;

  private final PrefixTrieV4<P> v4 = new PrefixTrieV4<>();
  private final PrefixTrieV6<P> v6 = new PrefixTrieV6<>();
  private final Map<P, Owned> owned = new HashMap<>();

  /** The owner of the longest prefix that an IPv4 address has, or null. */
  @Nullable P lookup4(int address) {
    return v4.lookup(address);
  }

  /** The owner of the longest prefix that an IPv6 address has, or null. */
  @Nullable P lookup6(long high, long low) {
    return v6.lookup(high, low);
  }

  /** The owner of the longest prefix that an address has, or null. */
  @Nullable P lookup(IpAddress address) {
    return address.isV6() ? lookup6(address.high(), address.low()) : lookup4((int) address.low());
  }

  /**
   * Gives a prefix to an owner.
   *
   * @return who had it until now (perhaps the same), or null
   */
  @Nullable P insert(Prefix prefix, P owner) {
    PrefixTrie<P> trie = trie(prefix);
    int node = trie.find(prefix);
    P previous = null;
    if (node == PrefixTrie.NONE) {
      node = trie.insert(prefix, owner);
    } else {
      previous = trie.owner(node);
      unlink(link(prefix, node));
      trie.setOwner(node, owner);
    }
    append(link(prefix, node), owner);
    return previous;
  }

  /**
   * Takes a prefix from an owner.
   *
   * @return false when it was not this owner's, and nothing happened
   */
  boolean remove(Prefix prefix, P owner) {
    PrefixTrie<P> trie = trie(prefix);
    int node = trie.find(prefix);
    if (node == PrefixTrie.NONE || !owner.equals(trie.owner(node))) {
      return false;
    }
    unlink(link(prefix, node));
    trie.remove(node);
    return true;
  }

  /**
   * Takes all prefixes from an owner, in a time that depends on their number alone.
   *
   * @return how many it had
   */
  int removeAll(P owner) {
    Owned list = owned.remove(owner);
    if (list == null) {
      return 0;
    }
    for (int link = list.oldest; link != NO_LINK; ) {
      int newer = trie(link).newer(node(link));
      trie(link).remove(node(link));
      link = newer;
    }
    return list.count;
  }

  /** Shows an owner's prefixes, the one given last at the end; the table must not change. */
  void forEach(P owner, Consumer<Prefix> action) {
    Owned list = owned.get(owner);
    for (int link = list == null ? NO_LINK : list.oldest; link != NO_LINK; ) {
      action.accept(trie(link).prefix(node(link)));
      link = trie(link).newer(node(link));
    }
  }

  /** How many prefixes an owner has. */
  int count(P owner) {
    Owned list = owned.get(owner);
    return list == null ? 0 : list.count;
  }

  /** How many prefixes there are. */
  int count() {
    return v4.count() + v6.count();
  }

  private void append(int link, P owner) {
    Owned list = owned.computeIfAbsent(owner, o -> new Owned());
    trie(link).setOlder(node(link), list.newest);
    trie(link).setNewer(node(link), NO_LINK);
    if (list.newest == NO_LINK) {
      list.oldest = link;
    } else {
      trie(list.newest).setNewer(node(list.newest), link);
    }
    list.newest = link;
    list.count++;
  }

  /** Takes a node out of its owner's list, and forgets an owner whose list is empty. */
  private void unlink(int link) {
    int older = trie(link).older(node(link));
    int newer = trie(link).newer(node(link));
    P owner = trie(link).owner(node(link));
    Owned list = owner == null ? null : owned.get(owner);
    if (owner == null || list == null) {
      throw new AssertionError("a node in no list");
    }
    if (older == NO_LINK) {
      list.oldest = newer;
    } else {
      trie(older).setNewer(node(older), newer);
    }
    if (newer == NO_LINK) {
      list.newest = older;
    } else {
      trie(newer).setOlder(node(newer), older);
    }
    if (--list.count == 0) {
      owned.remove(owner);
    }
  }

  private PrefixTrie<P> trie(Prefix prefix) {
    return prefix.isV6() ? v6 : v4;
  }

  private PrefixTrie<P> trie(int link) {
    return (link & 1) != 0 ? v6 : v4;
  }

  private static int link(Prefix prefix, int node) {
    return node << 1 | (prefix.isV6() ? 1 : 0);
  }

  private static int node(int link) {
    return link >>> 1;
  }

  /** The ends of an owner's list. */
  private static final class Owned {
    private int oldest;
    private int newest;
    private int count;
  }
}
