package dev.warren.cli.view;

import dev.warren.cli.json.JsonWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The status as JSON.
 *
 * <p><b>Shape:</b> {@code {"interfaces": [{..., "peers": [...]}]}}; what is not known is null. No
 * private and no preshared keys.
 */
final class StatusJson {
  private StatusJson() {}

  static String of(Sample sample, @Nullable Sample earlier) {
    Map<String, Sample.Rate> rates = sample.ratesSince(earlier);
    JsonWriter json = new JsonWriter().object();
    json.name("time").value(sample.epochSeconds()).name("interfaces").array();
    for (Tunnel tunnel : sample.tunnels()) {
      json.object().name("name").value(tunnel.name());
      if (tunnel.trouble() != null) {
        json.name("error").value(tunnel.trouble()).end();
        continue;
      }
      json.name("up").value(tunnel.up()).name("public_key").value(tunnel.publicKey());
      json.name("listen_port").value(tunnel.listenPort()).name("fwmark");
      json.value(Integer.toUnsignedLong(tunnel.fwmark()));
      json.name("peers").array();
      for (Tunnel.Peer peer : tunnel.peers()) {
        Sample.Rate rate = rates.get(Sample.key(tunnel, peer));
        boolean sending = rate != null && rate.sending() > 0;
        add(json, peer, Condition.of(tunnel, peer, sending, sample.epochSeconds()), rate);
      }
      json.end().end();
    }
    return json.end().end().text();
  }

  private static void add(
      JsonWriter json, Tunnel.Peer peer, Condition condition, Sample.@Nullable Rate rate) {
    json.object();
    json.name("public_key").value(peer.publicKey()).name("name").value(peer.name());
    json.name("state").value(condition.state().word());
    json.name("reason").value(condition.reason());
    json.name("endpoint").value(peer.endpoint());
    json.name("allowed_ips").values(peer.allowedIps());
    json.name("latest_handshake");
    if (peer.handshakeSeconds() == 0) {
      json.value((String) null);
    } else {
      json.value(peer.handshakeSeconds());
    }
    json.name("received_bytes").value(peer.receivedBytes());
    json.name("sent_bytes").value(peer.sentBytes());
    if (rate != null) {
      json.name("receiving_bytes_per_second").value(rate.receiving());
      json.name("sending_bytes_per_second").value(rate.sending());
    }
    json.name("persistent_keepalive").value(peer.persistentKeepalive());
    json.end();
  }
}
