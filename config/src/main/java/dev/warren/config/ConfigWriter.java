package dev.warren.config;

import dev.warren.packet.owner.Confined;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes configuration text as {@code wg showconf} does: {@code Key = value}, sections apart by an
 * empty line.
 *
 * <p>Its text holds keys; nothing but the file it is meant for may see it.
 *
 * <p><b>Owner:</b> one thread.
 */
@Confined("writer")
public final class ConfigWriter {
  private final StringBuilder out;

  /** Writes to the end of this text. */
  public ConfigWriter(StringBuilder out) {
    this.out = out;
  }

  /** Writes a whole configuration, {@code wg-quick}'s settings among it. */
  public static String write(Configuration configuration) {
    StringBuilder out = new StringBuilder();
    ConfigWriter writer = new ConfigWriter(out);
    writer.write(configuration.device());
    for (PeerConfig peer : configuration.peers()) {
      writer.blank();
      writer.write(peer);
    }
    return out.toString();
  }

  /** Begins a section: {@code [Name]}. */
  public void section(String name) {
    out.append('[').append(name).append("]\n");
  }

  /** Writes a setting. */
  public void setting(String key, String value) {
    out.append(key).append(" = ").append(value).append('\n');
  }

  /** Writes an empty line. */
  public void blank() {
    out.append('\n');
  }

  /** Writes a mark as it is shown: hexadecimal. */
  public void fwmark(int mark) {
    setting("FwMark", "0x" + Integer.toHexString(mark));
  }

  private void write(InterfaceConfig device) {
    section("Interface");
    list("Address", device.addresses());
    number("ListenPort", device.listenPort());
    if (device.fwmark() != null) {
      fwmark(device.fwmark());
    }
    if (device.privateKey() != null) {
      setting("PrivateKey", device.privateKey().revealBase64());
    }
    number("MTU", device.mtu());
    StringBuilder dns = new StringBuilder();
    join(dns, device.dns());
    join(dns, device.dnsSearch());
    if (!dns.isEmpty()) {
      setting("DNS", dns.toString());
    }
    if (device.table() != null) {
      setting("Table", device.table().text());
    }
    each("PreUp", device.preUp());
    each("PostUp", device.postUp());
    each("PreDown", device.preDown());
    each("PostDown", device.postDown());
    if (device.saveConfig() != null) {
      setting("SaveConfig", device.saveConfig().toString());
    }
  }

  private void write(PeerConfig peer) {
    section("Peer");
    setting("PublicKey", peer.publicKey().toString());
    if (peer.presharedKey() != null) {
      setting("PresharedKey", peer.presharedKey().revealBase64());
    }
    if (!peer.allowedIps().isEmpty()) {
      StringBuilder list = new StringBuilder();
      for (AllowedIp each : peer.allowedIps()) {
        String sign = each.remove() ? "-" : peer.replaceAllowedIps() ? "" : "+";
        list.append(list.isEmpty() ? "" : ", ").append(sign).append(each.prefix());
      }
      setting("AllowedIPs", list.toString());
    }
    if (peer.endpoint() != null) {
      setting("Endpoint", peer.endpoint().text());
    }
    number("PersistentKeepalive", peer.persistentKeepalive());
  }

  private void number(String key, @Nullable Integer value) {
    if (value != null) {
      setting(key, Integer.toString(value));
    }
  }

  private void each(String key, List<String> values) {
    for (String value : values) {
      setting(key, value);
    }
  }

  private void list(String key, List<?> values) {
    StringBuilder list = new StringBuilder();
    join(list, values);
    if (!list.isEmpty()) {
      setting(key, list.toString());
    }
  }

  private static void join(StringBuilder list, List<?> values) {
    for (Object value : values) {
      list.append(list.isEmpty() ? "" : ", ").append(value);
    }
  }
}
