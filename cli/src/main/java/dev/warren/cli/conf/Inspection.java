package dev.warren.cli.conf;

import dev.warren.config.AllowedIp;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.InterfaceAddress;
import dev.warren.config.PeerConfig;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is odd about configurations that can be read: each for itself, here; among each other, in
 * {@link PairInspection}.
 *
 * <p><b>Owner:</b> one thread.
 */
final class Inspection {
  private static final int LEAST_IPV6_MTU_BYTES = 1280;
  private static final int MAX_INTERFACE_NAME = 15;

  private final List<Remark> remarks = new ArrayList<>();

  private Inspection() {}

  /** All that there is to say, file by file and line by line. */
  static List<Remark> of(List<Sheet> sheets) {
    Inspection inspection = new Inspection();
    for (Sheet sheet : sheets) {
      sheet.problems().forEach(problem -> inspection.remarks.add(Remark.of(sheet, problem)));
      Configuration configuration = sheet.configuration();
      if (configuration != null) {
        inspection.device(sheet, configuration);
        inspection.peers(sheet, configuration);
      }
    }
    inspection.remarks.addAll(PairInspection.of(sheets));
    inspection.remarks.sort(
        Comparator.<Remark>comparingInt(remark -> sheets.indexOf(remark.sheet()))
            .thenComparingInt(Remark::line)
            .thenComparingInt(Remark::column));
    return inspection.remarks;
  }

  private void warn(Sheet sheet, int line, String text) {
    remarks.add(Remark.warning(sheet, line, text));
  }

  private void device(Sheet sheet, Configuration configuration) {
    if (!sheet.isPrivate()) {
      warn(sheet, 0, "others may read it, and its keys with it: `chmod 600 " + sheet + "'");
    }
    if (sheet.interfaceName().length() > MAX_INTERFACE_NAME) {
      warn(
          sheet,
          0,
          "its name is too long for an interface, which has up to "
              + MAX_INTERFACE_NAME
              + " letters");
    }
    if (sheet.publicKey() == null) {
      warn(sheet, 0, "no PrivateKey, so nobody can talk to it");
    }
    List<InterfaceAddress> addresses = configuration.device().addresses();
    if (addresses.isEmpty()) {
      warn(sheet, 0, "no Address, so nothing can be sent from it");
    }
    Set<IpAddress> seen = new HashSet<>();
    boolean v6 = false;
    for (InterfaceAddress address : addresses) {
      v6 |= address.address().isV6();
      if (!seen.add(address.address())) {
        warn(sheet, 0, "Address " + address.address() + " is there twice");
      }
    }
    Integer mtu = configuration.device().mtu();
    if (v6 && mtu != null && mtu > 0 && mtu < LEAST_IPV6_MTU_BYTES) {
      warn(sheet, 0, "MTU " + mtu + " is too small for IPv6, which takes " + LEAST_IPV6_MTU_BYTES);
    }
    if (configuration.peers().isEmpty()) {
      warn(sheet, 0, "no [Peer]");
    }
  }

  private void peers(Sheet sheet, Configuration configuration) {
    Map<Prefix, PeerConfig> owners = new HashMap<>();
    Map<String, PeerConfig> known = new HashMap<>();
    for (PeerConfig peer : configuration.peers()) {
      int line = peer.line();
      if (peer.publicKey().equals(sheet.publicKey())) {
        warn(sheet, line, "this peer has the interface's own key; it is ignored");
      }
      PeerConfig twin = known.put(peer.publicKey().toString(), peer);
      if (twin != null) {
        warn(
            sheet,
            line,
            "the same PublicKey as in line " + twin.line() + "; one peer comes of both");
      }
      if (peer.allowedIps().isEmpty()) {
        warn(sheet, line, "no AllowedIPs, so nothing is sent to this peer or taken from it");
      }
      for (AllowedIp allowed : peer.allowedIps()) {
        Prefix prefix = allowed.prefix();
        PeerConfig other = owners.put(prefix, peer);
        if (other != null && !other.publicKey().equals(peer.publicKey())) {
          warn(
              sheet,
              line,
              prefix
                  + " is in AllowedIPs of the peer in line "
                  + other.line()
                  + " too; this one gets it");
        }
        ownAddress(sheet, configuration, line, prefix);
        endpointInside(sheet, line, prefix, peer.endpoint());
      }
      if (peer.endpoint() == null && configuration.device().listenPort() == null) {
        warn(
            sheet,
            line,
            "no Endpoint, so this peer must begin; but without ListenPort it cannot know the port");
      }
    }
  }

  private void ownAddress(Sheet sheet, Configuration configuration, int line, Prefix prefix) {
    for (InterfaceAddress own : configuration.device().addresses()) {
      if (prefix.equals(Prefix.of(own.address()))) {
        warn(sheet, line, prefix + " in AllowedIPs is the interface's own address");
      }
    }
  }

  /** A default route is taken care of by a firewall mark; anything else is a loop. */
  private void endpointInside(Sheet sheet, int line, Prefix prefix, @Nullable EndpointName at) {
    IpAddress address = at == null ? null : IpAddress.parse(at.host());
    if (address != null && prefix.length() > 0 && prefix.contains(address)) {
      warn(
          sheet,
          line,
          prefix
              + " in AllowedIPs holds the Endpoint "
              + at
              + ": the tunnel would go through itself");
    }
  }
}
