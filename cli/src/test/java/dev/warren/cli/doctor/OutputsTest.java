package dev.warren.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.cli.doctor.Facts.Echo;
import org.junit.jupiter.api.Test;

class OutputsTest {
  @Test
  void routes() {
    assertEquals(
        new Outputs.RouteLine("eth0", false, 0, ""),
        Outputs.route(0, "192.0.2.9 via 192.0.2.1 dev eth0 src 192.0.2.2 uid 0 \n    cache \n"));
    assertEquals(
        new Outputs.RouteLine("eth0", false, 1300, ""),
        Outputs.route(
            0, "192.0.2.9 dev eth0 src 192.0.2.2 uid 0 \n    cache expires 9sec mtu 1300"));
    assertEquals(
        new Outputs.RouteLine("lo", true, 0, ""),
        Outputs.route(0, "local 192.0.2.2 dev lo src 192.0.2.2 uid 0 \n    cache <local> \n"));
    assertEquals(
        new Outputs.RouteLine(null, false, 0, "Network is unreachable"),
        Outputs.route(2, "RTNETLINK answers: Network is unreachable\n"));
  }

  @Test
  void addresses() {
    assertEquals(
        "[10.7.0.1/24, 10.9.0.1/32, fd77::1/64]",
        Outputs.addresses(
                """
                5: wg0    inet 10.7.0.1/24 scope global wg0\\       valid_lft forever
                5: wg0    inet 10.9.0.1 peer 10.9.0.2/32 scope global wg0\\    valid_lft forever
                5: wg0    inet6 fd77::1/64 scope global nodad \\       valid_lft forever
                """)
            .toString());
    assertEquals("[]", Outputs.addresses("Device \"wg0\" does not exist.\n").toString());
  }

  @Test
  void pings() {
    String summary = "\n2 packets transmitted, 0 received, 100% packet loss, time 304ms\n";
    assertEquals(Echo.ANSWERED, Outputs.ping(0, "anything"));
    assertEquals(Echo.SILENT, Outputs.ping(1, summary));
    assertEquals(
        Echo.UNREACHABLE,
        Outputs.ping(1, "From 192.0.2.1 icmp_seq=1 Destination Host Unreachable" + summary));
    assertEquals(
        Echo.UNREACHABLE,
        Outputs.ping(1, "From fd::1 icmp_seq=1 Destination unreachable: No route" + summary));
    assertEquals(
        Echo.FORBIDDEN, Outputs.ping(1, "From 192.0.2.1 icmp_seq=1 Packet filtered" + summary));
    assertEquals(Echo.UNREACHABLE, Outputs.ping(2, "ping: connect: Network is unreachable"));
    assertEquals(Echo.UNKNOWN, Outputs.ping(2, "ping: unknown option"));
  }
}
