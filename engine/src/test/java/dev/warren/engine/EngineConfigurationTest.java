package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.packet.memory.MemoryUdp;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.PeerChange;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to a running device, and what the interface's ups and downs mean to its port. */
@Timeout(60)
class EngineConfigurationTest {
  private static final int EPERM = 1;
  private static final int ENOMEM = 12;
  private static final int EADDRINUSE = 98;
  private static final int MAX_PEERS = 1 << 20;

  private final MemoryNetwork network = new MemoryNetwork();
  private final TestHost host = new TestHost(network, "192.0.2.1");

  /** Another program on the same host. */
  private final MemoryUdp other = new MemoryUdp(network, host.address);

  @BeforeEach
  void start() {
    host.start();
  }

  @AfterEach
  void close() {
    host.close();
  }

  /** Waits until the news of the interface that came before have been dealt with. */
  private void settle() throws InterruptedException {
    host.set();
  }

  private static String anyKey() {
    return Secret.generate(RandomSource.secure()).revealHex();
  }

  // All or nothing.

  private static String[] wholeRequest(int port) {
    return new String[] {
      "private_key=" + anyKey(),
      "listen_port=" + port,
      "fwmark=2",
      "replace_peers=true",
      "public_key=" + anyKey(),
      "preshared_key=" + anyKey(),
      "allowed_ip=10.9.0.0/16",
    };
  }

  private void assertRefusedWhole(int errno, DeviceChange change) throws InterruptedException {
    List<String> before = host.get();
    int portBefore = host.udp.port();
    assertEquals(-errno, host.engine.apply(change));
    assertEquals(before, host.get());
    assertEquals(portBefore, host.udp.port());
    assertEquals(1, host.udp.mark());
    Secret privateKey = change.privateKey();
    assertTrue(privateKey != null && privateKey.isZero(), "its keys are wiped");
    Secret presharedKey = change.peers().getFirst().presharedKey();
    assertTrue(presharedKey == null || presharedKey.isZero(), "its keys are wiped");
  }

  private void configure() throws InterruptedException {
    assertEquals(
        0,
        host.set(
            "private_key=" + anyKey(),
            "listen_port=1111",
            "fwmark=1",
            "public_key=" + anyKey(),
            "allowed_ip=10.1.0.0/16"));
  }

  @Test
  void portThatIsTakenChangesNothing() throws InterruptedException {
    configure();
    assertEquals(2222, other.bind(2222));
    assertRefusedWhole(EADDRINUSE, TestHost.change(wholeRequest(2222)));
    other.unbind();
    assertEquals(0, host.set(wholeRequest(2222)));
    assertEquals("2222", host.get("listen_port"));
    assertEquals(2, host.udp.mark());
  }

  @Test
  void markThatIsRefusedChangesNothing() throws InterruptedException {
    configure();
    host.faultyUdp.markError = -EPERM;
    assertRefusedWhole(EPERM, TestHost.change(wholeRequest(2222)));
  }

  @Test
  void tooManyPeersChangeNothing() throws InterruptedException {
    configure();
    List<PeerChange> peers =
        new AbstractList<>() {
          @Override
          public PeerChange get(int index) {
            byte[] key = new byte[PublicKey.BYTES];
            ByteBuffer.wrap(key).putInt(8, index);
            PublicKey publicKey = PublicKey.of(key, 0);
            return new PeerChange(publicKey, false, false, null, null, null, false, List.of());
          }

          @Override
          public int size() {
            return MAX_PEERS;
          }
        };
    Secret key = Secret.generate(RandomSource.secure());
    assertRefusedWhole(ENOMEM, new DeviceChange(key, 2222, 2, false, peers));
  }

  @Test
  void changesOfOnePeerAreNoNewPeers() throws InterruptedException {
    configure();
    assertEquals(0, host.set("public_key=" + "00".repeat(PublicKey.BYTES)));
    PublicKey key = PublicKey.of(new byte[PublicKey.BYTES], 0);
    List<PeerChange> peers =
        Collections.nCopies(MAX_PEERS + 1, new PeerChange.Builder(key).build());
    assertEquals(0, host.engine.apply(new DeviceChange(null, null, null, false, peers)));
  }

  @Test
  void keysOfPeersThatAreNotKeptAreWiped() throws InterruptedException {
    for (String why : List.of("remove=true", "update_only=true")) {
      DeviceChange change =
          TestHost.change("public_key=" + anyKey(), "preshared_key=" + anyKey(), why);
      Secret presharedKey = change.peers().getFirst().presharedKey();
      assertEquals(0, host.engine.apply(change));
      assertTrue(presharedKey != null && presharedKey.isZero(), why);
    }
  }

  // Seen from outside.

  /** Port, mark and peer change together; who asks meanwhile sees them all changed or none. */
  @Test
  void snapshotsAreOfOneMoment() throws InterruptedException {
    String key = anyKey();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int i = 1; i <= 500; i++) {
                      host.set(
                          "listen_port=" + (1000 + i),
                          "fwmark=" + (1000 + i),
                          "public_key=" + key,
                          "persistent_keepalive_interval=" + (1000 + i));
                    }
                  } catch (InterruptedException | CancellationException e) {
                    throw new AssertionError(e);
                  }
                });
    while (writer.isAlive()) {
      List<String> lines = host.get();
      if (lines.size() > 1) {
        String number = lines.getFirst().substring("listen_port=".length());
        assertTrue(lines.contains("fwmark=" + number), lines::toString);
        assertTrue(lines.contains("persistent_keepalive_interval=" + number), lines::toString);
      }
    }
    assertEquals("1500", host.get("fwmark"));
  }

  // The port.

  @Test
  void portZeroIsRandomAndTold() throws InterruptedException {
    settle();
    String first = host.get("listen_port");
    assertNotEquals("", first);
    assertEquals(first, "" + host.udp.port());
    assertEquals(0, host.set("listen_port=0"));
    String second = host.get("listen_port");
    assertNotEquals(first, second);
    assertEquals(second, "" + host.udp.port());
  }

  @Test
  void portIsOnlyStoredWhileTheInterfaceIsDown() throws InterruptedException {
    host.tun.down();
    assertEquals(1111, other.bind(1111));
    assertEquals(0, host.set("listen_port=1111"));
    assertFalse(host.udp.isBound());
    assertEquals("1111", host.get("listen_port"));
    assertEquals(0, host.set("listen_port=2222"));
    host.tun.up();
    settle();
    assertEquals(2222, host.udp.port());
  }

  @Test
  void portOutlivesDownAndUp() throws InterruptedException {
    settle();
    String port = host.get("listen_port");
    host.tun.down();
    settle();
    assertFalse(host.udp.isBound());
    assertEquals(port, host.get("listen_port"));
    host.tun.up();
    settle();
    assertEquals(port, "" + host.udp.port());
  }

  @Test
  void newsThatSayTheSameAgainDoNoHarm() throws InterruptedException {
    settle();
    int port = host.udp.port();
    host.tun.up();
    host.tun.up();
    settle();
    assertEquals(port, host.udp.port());
    host.tun.down();
    host.tun.down();
    settle();
    assertFalse(host.udp.isBound());
    host.tun.up();
    settle();
    assertEquals(port, host.udp.port());
  }

  private void goUpInVain() throws InterruptedException {
    host.tun.down();
    host.set("listen_port=1111");
    assertEquals(1111, other.bind(1111));
    host.tun.up();
    settle();
    assertFalse(host.udp.isBound());
    assertEquals(
        1,
        host.log.stream()
            .filter(line -> line.startsWith("ERROR: wg-test is up, but") && line.contains("1111"))
            .count(),
        host.log::toString);
  }

  @Test
  void portTakenWhenTheInterfaceComesUpIsMendedByAnother() throws InterruptedException {
    goUpInVain();
    assertEquals(-EADDRINUSE, host.set("listen_port=1111"));
    assertEquals(0, host.set("fwmark=0", "listen_port=2222"));
    assertEquals(2222, host.udp.port());
  }

  @Test
  void portTakenWhenTheInterfaceComesUpIsMendedByTheSameOnceItIsFree() throws InterruptedException {
    goUpInVain();
    other.unbind();
    assertEquals(0, host.set("public_key=" + anyKey()));
    assertFalse(host.udp.isBound(), "nobody asked for it");
    assertEquals(0, host.set("listen_port=1111"));
    assertEquals(1111, host.udp.port());
  }

  @Test
  void portTakenWhenTheInterfaceComesUpIsMendedByDownAndUp() throws InterruptedException {
    goUpInVain();
    other.unbind();
    host.tun.down();
    host.tun.up();
    settle();
    assertEquals(1111, host.udp.port());
  }

  @Test
  void deviceThatHasNoPortGoesDownQuietly() throws InterruptedException {
    goUpInVain();
    host.tun.down();
    assertEquals(0, host.set("listen_port=2222"));
    assertFalse(host.udp.isBound());
  }
}
