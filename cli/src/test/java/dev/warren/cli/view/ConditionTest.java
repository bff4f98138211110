package dev.warren.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConditionTest {
  private static final long NOW = 1_800_000_000;
  private static final Tunnel UP = new Tunnel("wg0", true, "K", 51820, 0, List.of(), null);
  private static final Tunnel DOWN = new Tunnel("wg0", false, "K", 51820, 0, List.of(), null);

  @Test
  void truthTable() {
    assertEquals("up: at 192.0.2.1:1", judge(UP, peer("192.0.2.1:1", NOW - 179, 9, 0), false));
    assertEquals(
        "stale: idle since; the next packet makes a new handshake",
        judge(UP, peer("192.0.2.1:1", NOW - 180, 9, 0), false));
    assertEquals(
        "stale: no answer for 3 minutes, though we send: see `warren doctor wg0'",
        judge(UP, peer("192.0.2.1:1", NOW - 180, 9, 25), false));
    assertEquals(
        "stale: no answer for 1 hour, though we send: see `warren doctor wg0'",
        judge(UP, peer("192.0.2.1:1", NOW - 3600, 9, 0), true));
    assertEquals(
        "stale: the interface is down: `ip link set wg0 up'",
        judge(DOWN, peer("192.0.2.1:1", NOW - 10, 9, 0), false));
    assertEquals(
        "never: the interface is down: `ip link set wg0 up'",
        judge(DOWN, peer(null, 0, 0, 0), false));
    assertEquals(
        "never: its address is not known here, so it must begin",
        judge(UP, peer(null, 0, 0, 0), false));
    assertEquals(
        "never: nothing was sent to 192.0.2.1:1 yet",
        judge(UP, peer("192.0.2.1:1", 0, 0, 0), false));
    assertEquals(
        "never: 192.0.2.1:1 does not answer: see `warren doctor wg0'",
        judge(UP, peer("192.0.2.1:1", 0, 148, 0), false));
    assertEquals(
        "up: the last handshake is in the future: the clock went back",
        judge(UP, peer("192.0.2.1:1", NOW + 5, 9, 0), false));
  }

  private static String judge(Tunnel tunnel, Tunnel.Peer peer, boolean sending) {
    Condition condition = Condition.of(tunnel, peer, sending, NOW);
    return condition.state().word() + ": " + condition.reason();
  }

  private static Tunnel.Peer peer(
      @Nullable String endpoint, long handshake, long sent, int keepalive) {
    return new Tunnel.Peer("P", null, endpoint, List.of(), handshake, 0, sent, keepalive);
  }
}
