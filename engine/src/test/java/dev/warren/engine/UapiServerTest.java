package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.protocol.DropReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration protocol over a real socket, with clients of every kind. */
@Timeout(60)
class UapiServerTest {
  private static final String KEY = "a1".repeat(32);
  private static final List<String> DONE = List.of("errno=0");

  @TempDir Path directory;
  private final TestHost host = new TestHost(new MemoryNetwork(), "192.0.2.1");
  private UapiServer server;
  private Path socket;

  @BeforeEach
  void open() throws IOException {
    host.start();
    server = serve(host);
    socket = directory.resolve(TestHost.NAME + ".sock");
  }

  private UapiServer serve(TestHost host) throws IOException {
    UapiServer server =
        UapiServer.open(
            directory,
            TestHost.NAME,
            host.engine,
            name -> 0,
            new Log(Log.Level.VERBOSE, host.log::add));
    server.start();
    return server;
  }

  @AfterEach
  void close() {
    server.close();
    host.close();
  }

  // Requests.

  @Test
  void severalRequestsInOneConnection() throws IOException {
    try (UapiClient client = new UapiClient(socket)) {
      assertEquals(DONE, client.ask("set=1\nfwmark=5\nlisten_port=77\n\n"));
      assertEquals(List.of("listen_port=77", "fwmark=5", "errno=0"), client.ask("get=1\n\n"));
      client.write("set=1\nfwmark=6\n\nget=1\n\nset=1\nnonsense\n\nget=1\n\n");
      assertEquals(DONE, client.answer());
      assertEquals(List.of("listen_port=77", "fwmark=6", "errno=0"), client.answer());
      assertEquals(List.of("errno=-71"), client.answer());
      assertEquals(List.of("listen_port=77", "fwmark=6", "errno=0"), client.answer());
    }
  }

  @Test
  void dropsAreToldByReason() throws IOException {
    try (UapiClient client = new UapiClient(socket)) {
      host.engine.counters().drop(DropReason.INVALID_MAC1, 3);
      List<String> answer = client.ask("drops=1\n\n");
      assertTrue(answer.contains("drop_invalid_mac1=3"), () -> "" + answer);
      assertEquals(DropReason.values().length + 1, answer.size());
      assertEquals("errno=0", answer.getLast());
      assertEquals(List.of("errno=-22"), client.ask("drops=1\nfwmark=5\n\n"));
    }
  }

  @Test
  void requestInPieces() throws IOException {
    try (UapiClient client = new UapiClient(socket)) {
      for (char c : "set=1\nfwmark=5\n\n".toCharArray()) {
        client.write(String.valueOf(c));
      }
      assertEquals(DONE, client.answer());
    }
  }

  @Test
  void refusalsHaveTheirErrno() throws IOException {
    host.faultyUdp.bindError = -98;
    try (UapiClient client = new UapiClient(socket)) {
      assertEquals(List.of("errno=-98"), client.ask("set=1\nlisten_port=77\n\n"));
      assertEquals(List.of("errno=-22"), client.ask("set=1\nlisten_port=77777\n\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"set=1\nfwmark=6", "set=1\nfwmark=6\n", "set=1\nreplace_peers=true\n"})
  void requestThatBreaksOffChangesNothing(String begun) throws IOException {
    try (UapiClient client = new UapiClient(socket)) {
      assertEquals(DONE, client.ask("set=1\nfwmark=5\npublic_key=" + KEY + "\n\n"));
    }
    List<String> before = state();
    try (UapiClient client = new UapiClient(socket)) {
      client.write(begun);
      client.channel.shutdownOutput();
      assertEquals(List.of("errno=-71"), client.answer());
    }
    try (UapiClient client = new UapiClient(socket)) {
      client.write(begun);
    }
    assertEquals(before, state());
  }

  private List<String> state() throws IOException {
    try (UapiClient client = new UapiClient(socket)) {
      return client.ask("get=1\n\n");
    }
  }

  @Test
  void garbageHasAnErrnoAndEndsNothing() throws IOException {
    Random random = new Random(4);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(3000)];
      random.nextBytes(garbage);
      try (UapiClient client = new UapiClient(socket)) {
        client.write(garbage);
        client.write("\n\n");
        assertTrue(client.answer().getFirst().startsWith("errno=-"));
      }
    }
    try (UapiClient client = new UapiClient(socket)) {
      client.write(new byte[] {(byte) 0xff, (byte) 0xfe, '\n', '\n'});
      assertEquals(List.of("errno=-71"), client.answer());
      assertEquals(DONE, client.ask("set=1\n\n"));
    }
  }

  /** What is quoted in the log: no key, and nothing that steers a terminal. */
  @Test
  void logShowsNoKeysAndNoControlCharacters() throws IOException {
    String base64 = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    String unfinished = "c0ffee".repeat(10);
    try (UapiClient client = new UapiClient(socket)) {
      client.ask("set=1\n" + base64 + "\n\n");
      client.ask("set=1\nprivate_key=" + base64 + "\n\n");
      client.ask("set=1\nprivate_key=" + unfinished + "\n\n");
      client.ask("set=1\npublic_key=" + KEY + "\npreshared_key=" + unfinished + "\n\n");
      client.ask("set=1\npublic_key=" + KEY + "\n" + base64 + "\n\n");
      client.ask("set=1\npublic_key=" + KEY + "\nendpoint=\u001b[31m\rERROR\n\n");
    }
    assertEquals(6, host.log.stream().filter(line -> line.contains("request, line")).count());
    for (String line : host.log) {
      assertFalse(line.contains(base64.substring(0, 8)), line);
      assertFalse(line.contains(unfinished.substring(0, 8)), line);
      assertTrue(line.chars().noneMatch(Character::isISOControl), line);
    }
  }

  /** A hundred thousand prefixes: no step may cost more the more there are. */
  @Test
  void hugeRequest() throws IOException {
    int count = 100_000;
    StringBuilder request = new StringBuilder("set=1\npublic_key=" + KEY + "\n");
    for (int i = 0; i < count; i++) {
      request.append("allowed_ip=10.").append(i >> 16).append('.').append(i >> 8 & 255);
      request.append('.').append(i & 255).append("/32\n");
    }
    try (UapiClient client = new UapiClient(socket)) {
      long start = System.nanoTime();
      assertEquals(DONE, client.ask(request.append('\n').toString()));
      List<String> answer = client.ask("get=1\n\n");
      assertEquals(count, answer.stream().filter(line -> line.startsWith("allowed_ip=")).count());
      assertEquals("errno=0", answer.getLast());
      assertEquals(DONE, client.ask("set=1\nreplace_peers=true\n\n"));
      long tookMillis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      // Less than a second alone on a machine; seconds when it is shared.
      assertTrue(tookMillis < 20_000, tookMillis + " ms");
    }
  }

  // Clients.

  @Test
  void manyClientsAtOnce() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int number = i;
      // On virtual threads connect() does not wait for a place in the queue, but fails.
      clients.add(Thread.ofPlatform().start(() -> answered.addAndGet(askTenTimes(number))));
    }
    for (Thread client : clients) {
      assertTrue(client.join(Duration.ofSeconds(50)));
    }
    assertEquals(200 * 10, answered.get());
  }

  private int askTenTimes(int number) {
    int answered = 0;
    try (UapiClient client = new UapiClient(socket)) {
      for (int i = 0; i < 5; i++) {
        answered += client.ask("set=1\nfwmark=" + number + "\n\n").equals(DONE) ? 1 : 0;
        answered += client.ask("get=1\n\n").getLast().equals("errno=0") ? 1 : 0;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return answered;
  }

  @Test
  void clientThatNeverReadsHoldsUpOnlyItself() throws IOException {
    try (UapiClient deaf = new UapiClient(socket)) {
      configureSomePeers();
      deaf.channel.configureBlocking(false);
      ByteBuffer requests =
          ByteBuffer.wrap("get=1\n\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
      // The server stops reading from who does not read: in the end nothing more goes in.
      Await.until("the queue full", () -> isFull(deaf, requests));
      try (UapiClient client = new UapiClient(socket)) {
        assertEquals(DONE, client.ask("set=1\nfwmark=5\n\n"));
      }
    }
  }

  private void configureSomePeers() throws IOException {
    StringBuilder request = new StringBuilder("set=1\n");
    for (int i = 0; i < 1000; i++) {
      request.append("public_key=%064x\nallowed_ip=10.0.0.1/32\n".formatted(i));
    }
    try (UapiClient client = new UapiClient(socket)) {
      assertEquals(DONE, client.ask(request.append('\n').toString()));
    }
  }

  private static boolean isFull(UapiClient client, ByteBuffer requests) {
    try {
      for (int i = 0; i < 100; i++) {
        if (client.channel.write(requests) > 0) {
          return false;
        }
        Thread.onSpinWait();
      }
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void clientsThatLeaveAtAnyPointLeaveNothingBehind() throws IOException {
    String request = "set=1\nfwmark=9\n\nget=1\n\n";
    for (int round = 0; round < 5; round++) {
      for (int length = 0; length <= request.length(); length++) {
        try (UapiClient client = new UapiClient(socket)) {
          client.write(request.substring(0, length));
        }
      }
    }
    // More than may be served at once have come and gone: each has given its place back.
    assertEquals("errno=0", state().getLast());
  }

  @Test
  void closingDisconnectsEveryClient() throws Exception {
    List<UapiClient> idle = new ArrayList<>();
    for (int i = 0; i < UapiServer.MAX_CLIENTS + 5; i++) {
      idle.add(new UapiClient(socket));
    }
    assertEquals("errno=0", idle.getFirst().ask("get=1\n\n").getLast());
    assertEquals("errno=0", idle.get(UapiServer.MAX_CLIENTS - 1).ask("get=1\n\n").getLast());
    server.close();
    for (UapiClient client : idle) {
      assertTrue(hasEnded(client));
      client.close();
    }
    server.close();
  }

  /** Who was served sees the end of the stream; who was not accepted yet, a reset. */
  private static boolean hasEnded(UapiClient client) {
    try {
      return client.answer().isEmpty();
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("reset");
    }
  }

  @Test
  void deviceThatStoppedHangsUp() throws IOException {
    try (UapiClient client = new UapiClient(socket)) {
      assertEquals("errno=0", client.ask("get=1\n\n").getLast());
      host.engine.close();
      assertEquals(List.of(), client.ask("get=1\n\n"));
    }
  }
}
