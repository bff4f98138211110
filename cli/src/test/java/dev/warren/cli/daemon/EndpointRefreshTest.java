package dev.warren.cli.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.engine.Log;
import dev.warren.linux.Errno;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EndpointRefreshTest {
  private static final IpAddress OLD = IpAddress.v4(0xc0000201);
  private static final IpAddress NEW = IpAddress.v4(0xc0000202);
  private static final EndpointNames NAMES =
      new EndpointNames(
          Map.of(
              "key",
              new EndpointNames.Name("vpn.example.com", 51820),
              "key2",
              new EndpointNames.Name("vpn2.example.com", 51820)));

  private final Map<String, PeerView> views = new LinkedHashMap<>();
  private final List<String> moves = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> logged = new ArrayList<>();
  private List<IpAddress> answer = List.of();
  private Runnable whileAsking = () -> {};
  private long second = 1_000_000;
  private int looks;
  private int refusal;
  private final EndpointRefresh refresh =
      new EndpointRefresh(
          NAMES,
          new EndpointRefresh.Peers() {
            @Override
            public Map<String, PeerView> look() {
              looks++;
              return new LinkedHashMap<>(views);
            }

            @Override
            public int move(String publicKey, Endpoint to) {
              moves.add(publicKey + " " + to);
              return refusal;
            }
          },
          host -> {
            asked.add(host);
            whileAsking.run();
            return answer;
          },
          () -> TimeUnit.SECONDS.toNanos(second),
          new Log(Log.Level.VERBOSE, logged::add));

  /** A peer that never answered, at this address, sends once more. */
  private void look(String key, IpAddress at) throws InterruptedException {
    second += 400;
    views.put(key, new PeerView(new Endpoint(at, 51820), 0, second, 0));
    refresh.look(TimeUnit.SECONDS.toNanos(second));
  }

  @Test
  void movesToWhereTheNameLeadsNow() throws InterruptedException {
    answer = List.of(NEW);
    look("key", OLD);
    assertEquals(List.of("vpn.example.com"), asked);
    assertEquals(List.of("key 192.0.2.2:51820"), moves);
    assertEquals(
        List.of(
            "DEBUG: peer key does not answer at 192.0.2.1:51820; vpn.example.com:51820 is now"
                + " 192.0.2.2:51820"),
        logged);
  }

  @Test
  void staysWhereOneOfTheAddressesIs() throws InterruptedException {
    answer = List.of(NEW, OLD);
    look("key", OLD);
    assertEquals(List.of(), moves);
    assertEquals(List.of(), logged);
  }

  @Test
  void aNameThatDoesNotResolveChangesNothing() throws InterruptedException {
    look("key", OLD);
    assertEquals(List.of(), moves);
    answer = List.of(NEW);
    look("key", OLD);
    assertEquals(List.of("key 192.0.2.2:51820"), moves);
  }

  @Test
  void peersWithoutANameAreNotAskedFor() throws InterruptedException {
    answer = List.of(NEW);
    look("other", OLD);
    assertEquals(List.of(), asked);
  }

  @Test
  void whatWorksMeanwhileIsLeftAlone() throws InterruptedException {
    answer = List.of(NEW);
    whileAsking =
        () ->
            views.put(
                "key",
                new PeerView(
                    new Endpoint(IpAddress.v4(3), 51820), TimeUnit.SECONDS.toNanos(second), 1, 1));
    look("key", OLD);
    assertEquals(List.of(), moves);
    // And so is a peer that was taken away.
    whileAsking = views::clear;
    look("key", OLD);
    assertEquals(List.of(), moves);
  }

  @Test
  void whatTheOperatorSetsMeanwhileStays() throws InterruptedException {
    answer = List.of(NEW);
    IpAddress wished = IpAddress.v4(0xc0000203);
    whileAsking = () -> views.put("key", new PeerView(new Endpoint(wished, 51820), 0, second, 0));
    look("key", OLD);
    assertEquals(List.of("vpn.example.com"), asked);
    assertEquals(List.of(), moves);
    assertEquals(List.of(), logged);
    // And from now on the name does not count.
    look("key", wished);
    look("key", wished);
    assertEquals(List.of("vpn.example.com"), asked);
  }

  @Test
  void whatWorksMeanwhileWhereItWasStays() throws InterruptedException {
    answer = List.of(NEW);
    whileAsking =
        () ->
            views.put(
                "key",
                new PeerView(new Endpoint(OLD, 51820), TimeUnit.SECONDS.toNanos(second), 1, 1));
    look("key", OLD);
    assertEquals(List.of(), moves);
  }

  @Test
  void anEndpointThatTheOperatorSetsFirstStays() throws InterruptedException {
    answer = List.of(NEW);
    whileAsking = () -> views.put("key", new PeerView(new Endpoint(OLD, 51820), 0, second, 0));
    second += 400;
    views.put("key", new PeerView(null, 0, second, 0));
    refresh.look(TimeUnit.SECONDS.toNanos(second));
    assertEquals(List.of("vpn.example.com"), asked);
    assertEquals(List.of(), moves);
  }

  @Test
  void anEndpointThatIsNotKnownIsThatOfTheName() throws InterruptedException {
    answer = List.of(NEW);
    second += 400;
    views.put("key", new PeerView(null, 0, second, 0));
    refresh.look(TimeUnit.SECONDS.toNanos(second));
    assertEquals(List.of("key 192.0.2.2:51820"), moves);
  }

  @Test
  void aRefusedMoveIsToldAndTriedAgain() throws InterruptedException {
    answer = List.of(NEW);
    refusal = -Errno.EINVAL;
    look("key", OLD);
    assertEquals(
        List.of(
            "ERROR: peer key does not answer at 192.0.2.1:51820; vpn.example.com:51820 is now"
                + " 192.0.2.2:51820, which cannot be set: EINVAL"),
        logged);
    refusal = 0;
    look("key", OLD);
    assertEquals(2, moves.size());
    assertEquals(2, logged.size());
  }

  @Test
  void allPeersAreLookedAtOnceMore() throws InterruptedException {
    answer = List.of(NEW);
    views.put("key2", new PeerView(new Endpoint(OLD, 51820), 0, 7, 0));
    look("key", OLD);
    assertEquals(2, looks);
    assertEquals(List.of("key2 192.0.2.2:51820", "key 192.0.2.2:51820"), moves);
    // Once is enough when nothing is to be moved.
    look("key", NEW);
    assertEquals(3, looks);
    assertEquals(3, asked.size());
  }

  @Test
  void namesAsText() {
    assertEquals(NAMES, EndpointNames.parse(NAMES.toString()));
    assertTrue(EndpointNames.parse("").isEmpty());
    EndpointNames odd = EndpointNames.parse("a b\nkey host port\nb host 7\n\n  \nc  8\n");
    assertEquals("b host 7\n", odd.toString());
    assertNull(odd.of("key"));
  }
}
