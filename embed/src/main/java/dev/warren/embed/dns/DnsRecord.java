package dev.warren.embed.dns;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A record of an answer: an address, or an alias.
 *
 * <p><b>Units:</b> {@code ttlSeconds} as sent, at most 2^31 - 1.
 *
 * @param address of an A or AAAA record, else null
 * @param target of a CNAME record, else null
 */
record DnsRecord(
    DnsName owner,
    int type,
    long ttlSeconds,
    @Nullable InetAddress address,
    @Nullable DnsName target) {
  static final int A = 1;
  static final int CNAME = 5;
  static final int SOA = 6;
  static final int AAAA = 28;
  static final int OPT = 41;
}
