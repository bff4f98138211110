package dev.warren.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes whole configurations, {@code wg-quick}'s settings among them, to be read again. */
final class ConfigText {
  private final ConfigWriter writer;

  private ConfigText(StringBuilder out) {
    this.writer = new ConfigWriter(out);
  }

  static String write(Configuration configuration) {
    StringBuilder out = new StringBuilder();
    ConfigText text = new ConfigText(out);
    text.write(configuration.device());
    for (PeerConfig peer : configuration.peers()) {
      text.writer.blank();
      text.write(peer);
    }
    return out.toString();
  }

  private void write(InterfaceConfig device) {
    writer.section("Interface");
    list("Address", device.addresses());
    number("ListenPort", device.listenPort());
    if (device.fwmark() != null) {
      writer.fwmark(device.fwmark());
    }
    if (device.privateKey() != null) {
      writer.setting("PrivateKey", device.privateKey().revealBase64());
    }
    number("MTU", device.mtu());
    StringBuilder dns = new StringBuilder();
    join(dns, device.dns());
    join(dns, device.dnsSearch());
    if (!dns.isEmpty()) {
      writer.setting("DNS", dns.toString());
    }
    if (device.table() != null) {
      writer.setting("Table", device.table().text());
    }
    each("PreUp", device.preUp());
    each("PostUp", device.postUp());
    each("PreDown", device.preDown());
    each("PostDown", device.postDown());
    if (device.saveConfig() != null) {
      writer.setting("SaveConfig", device.saveConfig().toString());
    }
  }

  private void write(PeerConfig peer) {
    writer.section("Peer");
    writer.setting("PublicKey", peer.publicKey().toString());
    if (peer.presharedKey() != null) {
      writer.setting("PresharedKey", peer.presharedKey().revealBase64());
    }
    if (!peer.allowedIps().isEmpty()) {
      StringBuilder list = new StringBuilder();
      for (AllowedIp each : peer.allowedIps()) {
        String sign = each.remove() ? "-" : peer.replaceAllowedIps() ? "" : "+";
        list.append(list.isEmpty() ? "" : ", ").append(sign).append(each.prefix());
      }
      writer.setting("AllowedIPs", list.toString());
    }
    if (peer.endpoint() != null) {
      writer.setting("Endpoint", peer.endpoint().text());
    }
    number("PersistentKeepalive", peer.persistentKeepalive());
  }

  private void number(String key, @Nullable Integer value) {
    if (value != null) {
      writer.setting(key, Integer.toString(value));
    }
  }

  private void each(String key, List<String> values) {
    for (String value : values) {
      writer.setting(key, value);
    }
  }

  private void list(String key, List<?> values) {
    StringBuilder list = new StringBuilder();
    join(list, values);
    if (!list.isEmpty()) {
      writer.setting(key, list.toString());
    }
  }

  private static void join(StringBuilder list, List<?> values) {
    for (Object value : values) {
      list.append(list.isEmpty() ? "" : ", ").append(value);
    }
  }
}
