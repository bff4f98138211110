package dev.warren.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.terminal.Ink;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusPageTest {
  private static final long NOW = 1_800_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final String KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

  private static final Sample FIRST = sample(0, 1 << 20, 4000);
  private static final Sample SECOND_LATER = sample(2 * SECOND, (1 << 20) + 4096, 4000);

  private static Sample sample(long nanos, long received, long sent) {
    Tunnel tunnel =
        new Tunnel(
            "wg0",
            true,
            KEY,
            51820,
            0,
            List.of(
                new Tunnel.Peer("P=", "phone", null, List.of(), 0, 0, 0, 0),
                new Tunnel.Peer(
                    KEY,
                    null,
                    "[2001:db8::1]:51820",
                    List.of("10.0.0.2/32"),
                    NOW - 700,
                    9,
                    sent,
                    0),
                new Tunnel.Peer(
                    "L=", "laptop", "203.0.113.5:51820", List.of(), NOW - 12, received, sent, 25)),
            null);
    return new Sample(nanos, NOW, List.of(tunnel, Tunnel.mute("wg1", "its daemon is gone")));
  }

  @Test
  void eightyColumns() {
    List<String> lines = StatusPage.of(SECOND_LATER, FIRST, Ink.PLAIN, 80);
    assertEquals(
        """
        wg0: up, port 51820, 1 of 3 peers up

          peer                      state  latest handshake      receiving       sending
          laptop                    up     12 seconds ago       2.00 KiB/s             -
            at 203.0.113.5:51820; 1.00 MiB received, 3.90 KiB sent
          xTIBA5rboUvnH4htodjb6e6…  stale  11 minutes ago                -             -
            idle since; the next packet makes a new handshake
          phone                     never  -                             -             -
            its address is not known here, so it must begin

        wg1: its daemon is gone
        """,
        String.join("\n", lines) + "\n");
    lines.forEach(line -> assertTrue(line.length() <= 80, line));
  }

  @Test
  void withoutRatesTotalsAreShown() {
    List<String> lines = StatusPage.of(FIRST, null, Ink.PLAIN, StatusPage.UNLIMITED);
    assertTrue(lines.get(2).contains(" received "), lines.get(2));
    assertTrue(lines.get(3).contains("  1.00 MiB      3.90 KiB"), lines.get(3));
    assertEquals("    at 203.0.113.5:51820", lines.get(4));
    assertTrue(lines.get(5).contains(KEY), lines.get(5));
  }

  @Test
  void colouredPageIsThePlainOneWithColours() {
    List<String> plain = StatusPage.of(SECOND_LATER, FIRST, Ink.PLAIN, 80);
    List<String> coloured = StatusPage.of(SECOND_LATER, FIRST, Ink.COLOURED, 80);
    assertEquals(plain, coloured.stream().map(l -> l.replaceAll("\033\\[[0-9;]*m", "")).toList());
  }

  @Test
  void nothingToShow() {
    List<String> lines = StatusPage.of(new Sample(0, NOW, List.of()), null, Ink.PLAIN, 80);
    assertEquals(1, lines.size());
  }

  @Test
  void json() {
    String text = StatusJson.of(SECOND_LATER, FIRST);
    assertTrue(text.contains("\"receiving_bytes_per_second\": 2048"), text);
    assertTrue(text.contains("\"state\": \"never\""), text);
    assertTrue(text.contains("\"latest_handshake\": null"), text);
    assertTrue(text.contains("\"error\": \"its daemon is gone\""), text);
  }
}
