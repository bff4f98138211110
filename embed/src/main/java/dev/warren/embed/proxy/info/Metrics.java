package dev.warren.embed.proxy.info;

import dev.warren.embed.PeerStatus;
import dev.warren.embed.TunnelStatus;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.embed.proxy.relay.ServiceCounters;
import dev.warren.packet.owner.Confined;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Counters as Prometheus reads them.
 *
 * <p><b>Units:</b> bytes, seconds since 1970.
 *
 * <p><b>Owner:</b> the thread that answers.
 *
 * <p><b>Source:</b> Prometheus' text format 0.0.4.
 */
@Confined("request")
final class Metrics {
  static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder text = new StringBuilder();

  private Metrics() {}

  static String of(TunnelStatus tunnel, List<ServiceCounters> services) {
    Metrics metrics = new Metrics();
    metrics.peers(tunnel);
    metrics.services(services);
    return metrics.text.toString();
  }

  private void peers(TunnelStatus tunnel) {
    peers(
        tunnel,
        "warren_peer_last_handshake_seconds",
        "gauge",
        "When the last handshake succeeded, 0 for never.",
        peer -> {
          Instant last = peer.lastHandshake();
          return last == null ? 0 : last.getEpochSecond();
        });
    peers(
        tunnel,
        "warren_peer_receive_bytes_total",
        "counter",
        "Bytes received from a peer.",
        PeerStatus::receivedBytes);
    peers(
        tunnel,
        "warren_peer_transmit_bytes_total",
        "counter",
        "Bytes sent to a peer.",
        PeerStatus::sentBytes);
    head("warren_tunnel_dropped_packets_total", "counter", "Packets that went no further.");
    new TreeMap<>(tunnel.drops())
        .forEach(
            (reason, count) ->
                line("warren_tunnel_dropped_packets_total", "reason=" + quoted(reason), count));
  }

  private void peers(
      TunnelStatus tunnel,
      String name,
      String type,
      String help,
      ToLongFunction<PeerStatus> value) {
    head(name, type, help);
    for (PeerStatus peer : tunnel.peers()) {
      line(name, "public_key=" + quoted(peer.publicKey()), value.applyAsLong(peer));
    }
  }

  private void services(List<ServiceCounters> services) {
    services(
        services,
        "warren_proxy_connections",
        "gauge",
        "Clients that are served.",
        ServiceCounters::openCount);
    services(
        services,
        "warren_proxy_connections_total",
        "counter",
        "Clients that were served.",
        ServiceCounters::openedCount);
    services(
        services,
        "warren_proxy_client_receive_bytes_total",
        "counter",
        "Bytes of clients that were passed on.",
        ServiceCounters::fromClientBytes);
    services(
        services,
        "warren_proxy_client_transmit_bytes_total",
        "counter",
        "Bytes passed on to clients.",
        ServiceCounters::toClientBytes);
    String name = "warren_proxy_refusals_total";
    head(name, "counter", "What was not done, by reason.");
    for (ServiceCounters service : services) {
      for (Refusal refusal : Refusal.values()) {
        long count = service.refusals(refusal);
        if (count > 0) {
          String reason = refusal.name().toLowerCase(Locale.ROOT);
          line(name, label(service) + ",reason=" + quoted(reason), count);
        }
      }
    }
  }

  private void services(
      List<ServiceCounters> services,
      String name,
      String type,
      String help,
      ToLongFunction<ServiceCounters> value) {
    head(name, type, help);
    for (ServiceCounters service : services) {
      line(name, label(service), value.applyAsLong(service));
    }
  }

  private static String label(ServiceCounters service) {
    return "service=" + quoted(service.protocol()) + ",listen=" + quoted(service.place());
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  private void head(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, String labels, long value) {
    text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
  }
}
