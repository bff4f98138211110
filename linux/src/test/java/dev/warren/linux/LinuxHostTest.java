package dev.warren.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.packet.Batch;
import dev.warren.packet.LinkListener;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@HostTest(commands = "ip")
@Timeout(60)
class LinuxHostTest {
  private static final String NAME = Harness.uniqueName("wh");

  @Test
  void partsWorkTogetherAndLeaveNothing() throws Exception {
    long before = Harness.openDescriptors();
    CountDownLatch up = new CountDownLatch(1);
    Batch batch = new Batch(64, UdpSockets.receiveBytes(8));
    try (LinuxHost host = LinuxHost.open(NAME, 1420)) {
      host.watch(new Up(up, host));
      int port = host.udp().bind(0);
      Harness.run("ip addr add 198.18.6.1/30 dev " + NAME + " && ip link set up dev " + NAME);
      assertTrue(up.await(10, TimeUnit.SECONDS));
      // A ring, a packet and a datagram each end the wait.
      host.doorbell().await(-1);
      Harness.run("ping -c 1 -W 0.01 198.18.6.2 > /dev/null || true");
      Harness.await(host.doorbell(), () -> host.tun().read(batch) > 0);
      batch.clear();
      Harness.add(batch, "x", Harness.to("127.0.0.1", port));
      host.udp().send(batch, new Harness.Report());
      Harness.await(host.doorbell(), () -> host.udp().receive(batch) > 0);
    }
    assertEquals(before, Harness.openDescriptors());
  }

  @Test
  void failureLeavesNothing() throws Exception {
    long before = Harness.openDescriptors();
    assertThrows(LinuxException.class, () -> LinuxHost.open("lo", 1420));
    assertEquals(before, Harness.openDescriptors());
  }

  private record Up(CountDownLatch latch, LinuxHost host) implements LinkListener {
    @Override
    public void linkUp() {
      latch.countDown();
      host.doorbell().ring();
    }

    @Override
    public void linkDown() {}

    @Override
    public void linkMtu(int mtu) {}

    @Override
    public void linkGone() {}
  }
}
