package dev.warren.embed.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a name and a type.
 *
 * <p><b>Units:</b> seconds; 0 is not remembered.
 */
sealed interface DnsOutcome {
  int MAX_ALIASES = 16;
  int MAX_ADDRESSES = 64;

  record Found(List<InetAddress> addresses, long ttlSeconds) implements DnsOutcome {
    public Found {
      addresses = List.copyOf(addresses);
    }
  }

  /** The name exists, without an address of the type. */
  record NoAddress(long ttlSeconds) implements DnsOutcome {}

  /** The name does not exist, nor does any below {@code denied}. */
  record NoName(DnsName denied, long ttlSeconds) implements DnsOutcome {}

  /** The answer ends in a name that has to be asked for. */
  record Alias(DnsName target, long ttlSeconds, int aliases) implements DnsOutcome {}

  record Failed(String why) implements DnsOutcome {}

  /**
   * Follows a reply's aliases. Only records whose owner is the name asked, or where its aliases led
   * to, count: the others may be anybody's.
   *
   * @param before how many aliases led to the name asked
   */
  static DnsOutcome of(DnsReply reply, DnsName asked, int type, int before) {
    if (!reply.isDefinite()) {
      return new Failed(reply.codeText());
    }
    DnsName name = asked;
    long ttl = Integer.MAX_VALUE;
    for (int aliases = before; aliases <= MAX_ALIASES; aliases++) {
      List<InetAddress> addresses = new ArrayList<>();
      long least = ttl;
      DnsRecord alias = null;
      for (DnsRecord answer : reply.answers()) {
        InetAddress address = answer.address();
        if (!answer.owner().equals(name)) {
          continue;
        }
        if (address != null && answer.type() == type && addresses.size() < MAX_ADDRESSES) {
          addresses.add(address);
          least = Math.min(least, answer.ttlSeconds());
        } else if (answer.type() == DnsRecord.CNAME && alias == null) {
          alias = answer;
        }
      }
      if (!addresses.isEmpty()) {
        return new Found(addresses, least);
      }
      if (alias == null || alias.target() == null) {
        return last(reply, asked, name, ttl, aliases);
      }
      name = alias.target();
      ttl = Math.min(ttl, alias.ttlSeconds());
    }
    return new Failed("more than " + MAX_ALIASES + " aliases, one after another");
  }

  private static DnsOutcome last(
      DnsReply reply, DnsName asked, DnsName name, long ttl, int aliases) {
    long absent = Math.min(ttl, Math.max(0, reply.negativeTtlSeconds()));
    if (reply.code() == DnsReply.NO_SUCH_NAME) {
      return new NoName(name, absent);
    }
    if (name.equals(asked) || reply.negativeTtlSeconds() >= 0) {
      return new NoAddress(absent);
    }
    return new Alias(name, ttl, aliases);
  }
}
