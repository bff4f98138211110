package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code warren status} over running tunnels: its own, and wireguard-go's. */
@InteropTest
class StatusTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String WARREN = Implementation.repository().resolve("warren").toString();
  private static final String ENTERS = "\033[?1049h";
  private static final String LEAVES = "\033[?25h\033[?1049l";

  private static Link pair() {
    Link link = Link.of(Implementation.WARREN, Implementation.WIREGUARD_GO);
    link.introduce(OuterFamily.IPV4);
    Ping.awaitReply(link.first().namespace(), link.second().inner4(), LIMIT);
    return link;
  }

  private static Command.Outcome status(Side side, String... options) {
    List<String> argv = new ArrayList<>(List.of(WARREN, "status"));
    argv.addAll(List.of(options));
    return side.namespace().attempt(LIMIT, Implementation.WARREN.environment(), "", argv).orFail();
  }

  @Test
  void peersThatAreUpAndOneThatNeverWas() {
    try (Link link = pair()) {
      String stranger = "A".repeat(42) + "8=";
      link.first().wg().set("peer " + stranger + " allowed-ips 10.9.9.9/32");
      String page = status(link.first()).stdout();
      assertTrue(page.startsWith("wg0: up, port 51821, 1 of 2 peers up\n"), page);
      assertTrue(page.contains(link.second().publicKey() + "  up "), page);
      assertTrue(page.contains("at 192.0.2.2:51822; "), page);
      assertTrue(page.contains(stranger + "  never"), page);
      assertTrue(page.contains("its address is not known here, so it must begin"), page);
      assertEquals(-1, page.indexOf('\033'), "no colours into a pipe");
      String json = status(link.second(), "--json", "wg0").stdout();
      assertTrue(json.contains("\"state\": \"up\""), json);
      assertTrue(json.contains("\"public_key\": \"" + link.first().publicKey() + '"'), json);
      assertEquals(-1, json.indexOf(link.second().privateKey()));
    }
  }

  @Test
  void whatIsNotThere() {
    try (Namespace host = Namespace.create()) {
      List<String> argv = List.of(WARREN, "status", "wg7");
      var environment = Implementation.WARREN.environment();
      Command.Outcome outcome = host.attempt(LIMIT, environment, "", argv);
      assertEquals(1, outcome.exitStatus(), outcome::toString);
      outcome = host.attempt(LIMIT, environment, "", List.of(WARREN, "status")).orFail();
      assertTrue(outcome.stdout().startsWith("no tunnels"), outcome::toString);
    }
  }

  /** In a terminal of its own, which {@code script} makes. */
  @Test
  void liveViewGivesTheScreenBack() {
    try (Link link = pair()) {
      Namespace host = link.first().namespace();
      String command = "stty rows 10 cols 60; " + WARREN + " status -w; stty -a";
      Command.Outcome outcome =
          host.attempt(
              LIMIT,
              Implementation.WARREN.environment(),
              "q",
              List.of("script", "-qec", command, "/dev/null"));
      String shown = outcome.stdout();
      int enters = shown.indexOf(ENTERS);
      int leaves = shown.lastIndexOf(LEAVES);
      assertTrue(enters >= 0 && leaves > enters, outcome::toString);
      assertTrue(shown.substring(enters, leaves).contains("peer up"), shown);
      String after = shown.substring(leaves);
      assertTrue(after.contains(" icanon") && after.contains(" echo "), after);
      assertTrue(after.contains("susp = ^Z"), after);
    }
  }

  @Test
  void signalGivesTheScreenBack() {
    try (Link link = pair()) {
      Namespace host = link.first().namespace();
      String command = "exec " + WARREN + " status -w";
      try (Running view =
          host.start(
              Implementation.WARREN.environment(),
              List.of("script", "-qec", command, "/dev/null"))) {
        view.awaitOutput("peer up");
        Command.run("pkill", "-INT", "-P", "" + view.processId());
        view.awaitExit(LIMIT);
        assertTrue(view.output().endsWith(LEAVES), () -> view.output().substring(0, 80));
      }
    }
  }

  @Test
  void liveViewIntoPipeEndsWithItsReader() {
    try (Link link = pair()) {
      Namespace host = link.first().namespace();
      String command = WARREN + " status --watch 1 | head -n 9";
      Command.Outcome outcome =
          host.attempt(
              LIMIT, Implementation.WARREN.environment(), "", List.of("sh", "-c", command));
      assertEquals(9, outcome.stdout().lines().count(), outcome::toString);
      assertTrue(outcome.stdout().startsWith("wg0: up"), outcome::toString);
      assertEquals(-1, outcome.stdout().indexOf('\033'));
      Await.until(
          "end of the view", LIMIT, () -> host.processIds().size() <= 1); // The daemon stays.
    }
  }
}
