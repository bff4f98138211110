package dev.warren.cli.conf;

import dev.warren.config.AllowedIp;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.InterfaceAddress;
import dev.warren.config.PeerConfig;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What does not fit together in the configurations of several machines.
 *
 * <p><b>Owner:</b> one thread.
 */
final class PairInspection {
  private final List<Remark> remarks = new ArrayList<>();

  private PairInspection() {}

  static List<Remark> of(List<Sheet> sheets) {
    PairInspection inspection = new PairInspection();
    for (Sheet one : sheets) {
      for (Sheet other : sheets) {
        Configuration here = one.configuration();
        Configuration there = other.configuration();
        if (!one.equals(other) && here != null && there != null) {
          inspection.twins(one, here, other, there, sheets.indexOf(one) < sheets.indexOf(other));
          inspection.pair(one, here, other, there);
        }
      }
    }
    return inspection.remarks;
  }

  private void warn(Sheet sheet, int line, String text) {
    remarks.add(Remark.warning(sheet, line, text));
  }

  /** Said of the later file alone. */
  private void twins(
      Sheet one, Configuration here, Sheet other, Configuration there, boolean isFirst) {
    if (isFirst) {
      return;
    }
    PublicKey key = one.publicKey();
    if (key != null && key.equals(other.publicKey())) {
      warn(one, 0, "the same PrivateKey as in " + other + ": each machine needs its own");
    }
    for (InterfaceAddress own : here.device().addresses()) {
      for (InterfaceAddress theirs : there.device().addresses()) {
        if (own.address().equals(theirs.address())) {
          warn(one, 0, "Address " + own.address() + " is that of " + other + " too");
        }
      }
    }
  }

  private void pair(Sheet one, Configuration here, Sheet other, Configuration there) {
    PeerConfig theirs = find(here, other.publicKey());
    if (theirs == null) {
      return;
    }
    PeerConfig ours = find(there, one.publicKey());
    if (ours == null) {
      warn(one, theirs.line(), other + " does not have this machine as a peer");
      return;
    }
    if (theirs.endpoint() == null && ours.endpoint() == null) {
      warn(one, theirs.line(), "no Endpoint here, and none in " + other + ": neither can begin");
    }
    if (!same(theirs.presharedKey(), ours.presharedKey())) {
      warn(one, theirs.line(), "not the PresharedKey that " + other + " has");
    }
    for (InterfaceAddress address : there.device().addresses()) {
      if (!isAllowed(theirs, address)) {
        warn(
            one,
            theirs.line(),
            address.address() + ", the Address in " + other + ", is not in AllowedIPs");
      }
    }
    port(one, theirs, other, there);
  }

  private void port(Sheet one, PeerConfig theirs, Sheet other, Configuration there) {
    EndpointName endpoint = theirs.endpoint();
    Integer listening = there.device().listenPort();
    if (endpoint == null) {
      return;
    }
    if (listening == null || listening == 0) {
      warn(one, theirs.line(), "Endpoint " + endpoint + ", but " + other + " has no ListenPort");
    } else if (isNumber(endpoint.service()) && !endpoint.service().equals(listening.toString())) {
      warn(
          one,
          theirs.line(),
          "Endpoint " + endpoint + ", but " + other + " has ListenPort " + listening);
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9';
  }

  private static boolean same(@Nullable Secret one, @Nullable Secret other) {
    if (one == null || one.isZero()) {
      return other == null || other.isZero();
    }
    return other != null && one.equalTo(other);
  }

  private static boolean isAllowed(PeerConfig peer, InterfaceAddress address) {
    for (AllowedIp allowed : peer.allowedIps()) {
      if (allowed.prefix().contains(address.address())) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable PeerConfig find(Configuration where, @Nullable PublicKey key) {
    for (PeerConfig peer : where.peers()) {
      if (peer.publicKey().equals(key)) {
        return peer;
      }
    }
    return null;
  }
}
