package dev.warren.cli.quick;

import dev.warren.packet.Prefix;
import java.util.List;

/**
 * What a plan must know of the host, and of the interface as it was configured.
 *
 * @param mark the firewall mark that the interface has, or 0
 * @param allowedIps the prefixes of all its peers
 * @param outerMtu the MTU of the way that the tunnel's own packets take
 * @param table the number of the routing table that the file names; 0 where it names none
 * @param freeTable a routing table without routes, for default routes
 * @param firewall which firewall tool there is
 * @param resolver which tool there is for name servers
 * @param resolvconfName how resolvconf is to call the interface
 * @param marksCount whether {@code src_valid_mark} is on already
 */
record Facts(
    int mark,
    List<Prefix> allowedIps,
    int outerMtu,
    int table,
    int freeTable,
    Firewall firewall,
    Resolver resolver,
    String resolvconfName,
    boolean marksCount) {

  /** Tools for the firewall; the first that there is, is used. */
  enum Firewall {
    NFT,
    IPTABLES
  }

  /** Tools for name servers; the first that there is, is used. */
  enum Resolver {
    RESOLVCONF,
    RESOLVECTL
  }
}
