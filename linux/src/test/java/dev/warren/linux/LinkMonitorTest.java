package dev.warren.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.packet.LinkListener;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@HostTest(commands = "ip")
@Timeout(60)
class LinkMonitorTest {
  private static final String NAME = Harness.uniqueName("wm");
  private static final String OTHER_NAME = Harness.uniqueName("wn");
  private static final String NAMESPACE = Harness.uniqueName("wmns-");
  private static final String SECOND = Harness.uniqueName("wmnt-");

  private final Recorder heard = new Recorder();
  private TunDevice tun;
  private LinkMonitor monitor;
  private long descriptorsBefore;

  LinkMonitorTest() throws LinuxException, IOException {
    descriptorsBefore = Harness.openDescriptors();
    tun = TunDevice.open(NAME, 1420);
    monitor = LinkMonitor.open(tun, heard);
  }

  @BeforeEach
  void firstNews() {
    heard.expect("mtu 1420");
    heard.expect("down");
  }

  @AfterEach
  void close() throws IOException {
    monitor.close();
    tun.close();
    Harness.run("ip netns del " + NAMESPACE + " 2>/dev/null || true");
    Harness.run("ip netns del " + SECOND + " 2>/dev/null || true");
    assertEquals(descriptorsBefore, Harness.openDescriptors());
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith("warren-link")));
    heard.expectNothing();
  }

  @Test
  void tellsUpDownAndMtu() {
    Harness.run("ip link set up dev " + NAME);
    heard.expect("up");
    Harness.run("ip link set mtu 9000 dev " + NAME);
    heard.expect("mtu 9000");
    assertEquals(9000, tun.mtu());
    Harness.run("ip link set down dev " + NAME);
    heard.expect("down");
    Harness.run("ip link set up mtu 1280 dev " + NAME);
    heard.expectInAnyOrder("up", "mtu 1280");
  }

  @Test
  void tellsEachChangeOnce() {
    Harness.run("ip addr add 198.18.9.1/32 dev " + NAME);
    Harness.run("ip link set txqueuelen 700 dev " + NAME);
    Harness.run("ip link set up dev " + NAME);
    heard.expect("up");
    Harness.run("ip link set up dev " + NAME);
    Harness.run("ip link set down dev " + NAME);
    heard.expect("down");
  }

  @Test
  void followsTheName() {
    Harness.run("ip link set " + NAME + " name " + OTHER_NAME);
    Harness.run("ip link set up dev " + OTHER_NAME);
    heard.expect("up");
    assertEquals(OTHER_NAME, tun.name());
  }

  @Test
  void tellsDeletion() {
    Harness.run("ip link del " + NAME);
    heard.expect("gone");
  }

  @Test
  void followsIntoAnotherNamespaceAndOnAndBack() {
    Harness.run("ip netns add " + NAMESPACE);
    Harness.run("ip netns add " + SECOND);
    Harness.run("ip link set up dev " + NAME);
    heard.expect("up");

    Harness.run("ip link set " + NAME + " netns " + NAMESPACE);
    heard.expect("down");
    tellsAllIn("ip -n " + NAMESPACE, NAME, 1400);

    Harness.run("ip -n " + NAMESPACE + " link set " + NAME + " name " + OTHER_NAME);
    tellsAllIn("ip -n " + NAMESPACE, OTHER_NAME, 1401);
    assertEquals(OTHER_NAME, tun.name());

    Harness.run("ip -n " + NAMESPACE + " link set " + OTHER_NAME + " netns " + SECOND);
    tellsAllIn("ip -n " + SECOND, OTHER_NAME, 1402);

    // Back to where it was made, which is also this process's.
    Harness.run("ip -n " + SECOND + " link set " + OTHER_NAME + " netns " + pid());
    tellsAllIn("ip", OTHER_NAME, 1403);

    Harness.run("ip link set " + OTHER_NAME + " netns " + NAMESPACE);
    tellsAllIn("ip -n " + NAMESPACE, OTHER_NAME, 1404);
    Harness.run("ip -n " + NAMESPACE + " link del " + OTHER_NAME);
    heard.expect("gone");
  }

  private void tellsAllIn(String ip, String name, int mtu) {
    Harness.run(ip + " link set up dev " + name);
    heard.expect("up");
    Harness.run(ip + " link set mtu " + mtu + " dev " + name);
    heard.expect("mtu " + mtu);
    Harness.run(ip + " link set down dev " + name);
    heard.expect("down");
  }

  @Test
  void movedWhileUpIsDownThenUpAgain() {
    Harness.run("ip netns add " + NAMESPACE);
    Harness.run("ip link set up dev " + NAME);
    heard.expect("up");
    Harness.run(
        "ip link set %s netns %s; ip -n %s link set up mtu 1234 dev %s"
            .formatted(NAME, NAMESPACE, NAMESPACE, NAME));
    heard.expect("down");
    heard.expectInAnyOrder("up", "mtu 1234");
  }

  @Test
  void namespaceDeletedWithTheInterfaceInIt() {
    Harness.run("ip netns add " + NAMESPACE);
    Harness.run("ip link set " + NAME + " netns " + NAMESPACE);
    Harness.run("ip -n " + NAMESPACE + " link set up dev " + NAME);
    heard.expect("up");
    Harness.run("ip netns del " + NAMESPACE);
    heard.expectLast("gone");
  }

  @Test
  void anotherInterfaceOfTheNameIsNotMistaken() throws LinuxException {
    Harness.run("ip netns add " + NAMESPACE);
    Harness.run("ip link set " + NAME + " netns " + NAMESPACE);
    try (TunDevice second = TunDevice.open(NAME, 1300)) {
      Harness.run("ip link set up dev " + NAME);
      Harness.run("ip link set mtu 1301 dev " + NAME);
      tellsAllIn("ip -n " + NAMESPACE, NAME, 1400);
      assertEquals(NAME, second.name());
      // With ours back under another name there are two again.
      Harness.run("ip -n " + NAMESPACE + " link set " + NAME + " name " + OTHER_NAME);
      Harness.run("ip -n " + NAMESPACE + " link set " + OTHER_NAME + " netns " + pid());
      tellsAllIn("ip", OTHER_NAME, 1405);
    }
    Harness.run("ip link set up dev " + OTHER_NAME);
    heard.expect("up");
  }

  @Test
  void lostNewsAreAskedFor() {
    // The monitor is held up in its listener while more comes than its socket can hold.
    heard.hold();
    StringBuilder commands = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      commands.append("link set up mtu ").append(1300 + i).append(" dev ").append(NAME);
      commands.append("\nlink set down dev ").append(NAME).append('\n');
    }
    commands.append("link set up mtu 1299 dev ").append(NAME).append('\n');
    Harness.run("ip -batch - <<'END'\n" + commands + "END\n");
    heard.release();
    heard.expectUntil("mtu 1299", "up");
    assertEquals(1299, tun.mtu());
    Harness.run("ip link set down dev " + NAME);
    heard.expect("down");
  }

  @Test
  void closedMonitorIsSilent() {
    monitor.close();
    monitor.close();
    Harness.run("ip link set up dev " + NAME);
  }

  @Test
  void hiddenInterfaceIsAskedByItsDescriptor() {
    // What the monitor falls back to where it may not ask the other namespace.
    TunProbe probe = new TunProbe(tun.descriptor());
    Harness.run("ip netns add " + NAMESPACE);
    Harness.run("ip link set " + NAME + " netns " + NAMESPACE);
    assertFalse(probe.isUp());
    Harness.run("ip -n " + NAMESPACE + " link set up dev " + NAME);
    assertTrue(probe.isUp());
    heard.expect("up");
    assertEquals(0, probe.findName());
    assertEquals(NAME, probe.name());
    Harness.run("ip -n " + NAMESPACE + " link del " + NAME);
    assertEquals(-Errno.EBADFD, probe.findName());
    assertFalse(probe.isUp());
    heard.expectLast("gone");
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static final class Recorder implements LinkListener {
    private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final ReentrantLock gate = new ReentrantLock();

    /** Makes the next event wait. */
    void hold() {
      gate.lock();
    }

    void release() {
      gate.unlock();
    }

    private void add(String event) {
      gate.lock();
      try {
        events.add(event);
      } finally {
        gate.unlock();
      }
    }

    void expect(String event) {
      assertEquals(event, next());
    }

    void expectInAnyOrder(String one, String other) {
      String first = next();
      String second = next();
      assertTrue(
          (first.equals(one) && second.equals(other))
              || (first.equals(other) && second.equals(one)),
          first + ", " + second);
    }

    /** Expects an event, whatever comes before it. */
    void expectLast(String event) {
      String heard;
      do {
        heard = next();
      } while (!heard.equals(event));
    }

    /** Expects that both hold in the end, whatever comes before. */
    void expectUntil(String mtu, String state) {
      String lastMtu = "";
      String lastState = "";
      while (!lastMtu.equals(mtu) || !lastState.equals(state)) {
        String event = next();
        if (event.startsWith("mtu")) {
          lastMtu = event;
        } else {
          lastState = event;
        }
      }
    }

    void expectNothing() {
      assertEquals("[]", events.toString());
    }

    private String next() {
      try {
        String event = events.poll(Harness.PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        return event == null ? "nothing" : event;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "interrupted";
      }
    }

    @Override
    public void linkUp() {
      add("up");
    }

    @Override
    public void linkDown() {
      add("down");
    }

    @Override
    public void linkMtu(int mtu) {
      add("mtu " + mtu);
    }

    @Override
    public void linkGone() {
      add("gone");
    }
  }
}
