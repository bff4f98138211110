package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Daemon;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Uapi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a daemon starts, refuses to start, and ends. One host, no peer. */
@InteropTest
class LifecycleTest {
  private static final String DEVICE = "wg0";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final Implementation subject = Pairing.subject();

  @Test
  void endsOnTerminationSignal() {
    try (Namespace host = Namespace.create()) {
      Daemon daemon = Daemon.start(host, subject, DEVICE);
      daemon.process().terminate();
      assertEndsClean(host, daemon);
    }
  }

  @Test
  void endsOnTerminationSignalWhileUpWithPeers() {
    try (Link link = Link.of(subject, subject)) {
      link.introduce(OuterFamily.IPV4);
      Namespace host = link.first().namespace();
      host.run("ping", "-n", "-c", "1", "-W", "5", link.second().inner4());
      link.first().daemon().process().terminate();
      assertEndsClean(host, link.first().daemon());
    }
  }

  @Test
  void endsWhenInterfaceIsDeleted() {
    try (Namespace host = Namespace.create()) {
      Daemon daemon = Daemon.start(host, subject, DEVICE);
      host.ip("link del " + DEVICE);
      assertEndsClean(host, daemon);
    }
  }

  @Test
  void endsWhenSocketFileIsRemoved() throws IOException {
    try (Namespace host = Namespace.create()) {
      Daemon daemon = Daemon.start(host, subject, DEVICE);
      Files.delete(daemon.socket());
      assertEndsClean(host, daemon);
    }
  }

  private static void assertEndsClean(Namespace host, Daemon daemon) {
    assertEquals(0, daemon.process().awaitExit(END_LIMIT), daemon.process()::toString);
    assertFalse(host.hasLink(DEVICE), "the interface is left");
    assertFalse(Files.exists(daemon.socket()), "the socket is left");
  }

  @Test
  void socketIsForTheOwnerAlone() throws IOException {
    try (Namespace host = Namespace.create()) {
      Daemon daemon = Daemon.start(host, subject, DEVICE);
      assertEquals(
          "rwx------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(host.uapiDirectory())));
      var permissions =
          PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.socket()));
      // wireguard-go relies on the directory alone: its socket has mode 0700.
      assertTrue(permissions.endsWith("------"), permissions);
    }
  }

  @Test
  void replacesSocketOfKilledDaemon() {
    try (Namespace host = Namespace.create()) {
      Daemon killed = Daemon.start(host, subject, DEVICE);
      killed.process().kill();
      assertTrue(Files.exists(killed.socket()), "a killed daemon leaves its socket");
      Await.until("interface gone", END_LIMIT, () -> !host.hasLink(DEVICE));
      Daemon.start(host, subject, DEVICE);
      Await.until(
          "the new daemon answers",
          START_LIMIT,
          () -> host.attempt("wg", "show", DEVICE, "dump").exitStatus() == 0);
    }
  }

  @Test
  void goesToBackgroundOnceReady() throws IOException {
    try (Namespace host = Namespace.create()) {
      Path socket = host.uapiDirectory().resolve(DEVICE + ".sock");
      Command.Outcome outcome =
          host.attempt(START_LIMIT, subject.environment(), "", subject.inBackground(DEVICE))
              .orFail();
      assertTrue(host.hasLink(DEVICE), outcome::toString);
      assertTrue(Files.exists(socket), outcome::toString);
      assertFalse(host.processIds().isEmpty(), "nobody is left to serve");
      assertEquals(0, Uapi.request(socket, "get=1").errno());
      Files.delete(socket);
      Await.until("end of the daemon", END_LIMIT, () -> host.processIds().isEmpty());
      assertFalse(host.hasLink(DEVICE));
    }
  }

  @Test
  void wrapperTakesTheInterfaceNameAlone() {
    try (Namespace host = Namespace.create()) {
      host.attempt(START_LIMIT, subject.environment(), "", List.of(subject.wrapper(), DEVICE))
          .orFail();
      assertTrue(host.hasLink(DEVICE));
      host.run("wg", "show", DEVICE);
      host.ip("link del " + DEVICE);
      Await.until("end of the daemon", END_LIMIT, () -> host.processIds().isEmpty());
    }
  }

  @Test
  void refusesNameThatIsTaken() {
    try (Namespace host = Namespace.create()) {
      Daemon daemon = Daemon.start(host, subject, DEVICE);
      assertRefuses(host, DEVICE, List.of(), DEVICE);
      assertTrue(daemon.process().isRunning(), "the first daemon must not be disturbed");
      assertEquals(0, Uapi.request(daemon.socket(), "get=1").errno());
    }
  }

  @Test
  void refusesNameOfAnotherKindOfInterface() {
    try (Namespace host = Namespace.create()) {
      host.ip("link add vetha type veth peer name vethb");
      assertRefuses(host, "vetha", List.of(), "vetha");
      assertTrue(host.hasLink("vetha"));
    }
  }

  @Test
  void refusesNameOfMoreThan15Bytes() {
    try (Namespace host = Namespace.create()) {
      assertRefuses(host, "wg0123456789abcd", List.of(), "15");
    }
  }

  @Test
  void refusesWithoutRoot() {
    try (Namespace host = Namespace.create()) {
      List<String> asNobody =
          List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
      assertRefuses(host, DEVICE, asNobody, "CAP_NET_ADMIN");
    }
  }

  @Test
  void refusesWithoutNetAdminCapability() {
    try (Namespace host = Namespace.create()) {
      List<String> withoutCapability =
          List.of("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin");
      assertRefuses(host, DEVICE, withoutCapability, "CAP_NET_ADMIN");
    }
  }

  @Test
  void refusesWithoutTunDevice() {
    try (Namespace host = Namespace.create()) {
      List<String> withoutTun =
          List.of("sh", "-c", "mount -t tmpfs none /dev/net && exec \"$0\" \"$@\"");
      assertRefuses(host, DEVICE, withoutTun, "/dev/net/tun");
    }
  }

  @Test
  void refusesTunDeviceThatIsNone() {
    try (Namespace host = Namespace.create()) {
      List<String> falseTun =
          List.of("sh", "-c", "mount --bind /dev/null /dev/net/tun && exec \"$0\" \"$@\"");
      assertRefuses(host, DEVICE, falseTun, "/dev/net/tun");
    }
  }

  /** In the foreground and on the way to the background: exit status, and a message that helps. */
  private void assertRefuses(Namespace host, String device, List<String> prefix, String hint) {
    for (List<String> command :
        List.of(subject.inForeground(device), subject.inBackground(device))) {
      List<String> argv = new ArrayList<>(prefix);
      argv.addAll(command);
      Command.Outcome outcome = host.attempt(START_LIMIT, subject.environment(), "", argv);
      assertAll(
          outcome.toString(),
          () -> assertNotEquals(0, outcome.exitStatus()),
          () -> assertFalse((outcome.stdout() + outcome.stderr()).isBlank(), "says nothing"),
          () -> assertFalse(outcome.stderr().contains("\tat "), "a stack trace helps no one"),
          () ->
              assertTrue(
                  !subject.has(Implementation.Trait.HELPFUL_ERRORS)
                      || outcome.stderr().contains(hint),
                  "stderr does not say " + hint));
    }
  }
}
