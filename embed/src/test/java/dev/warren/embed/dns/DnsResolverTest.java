package dev.warren.embed.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions, answers and their remembering, with servers that never keep anybody waiting. */
class DnsResolverTest {
  private static final String ONE = "10.0.0.53";
  private static final String TWO = "10.0.0.54";

  private final VirtualNetwork network = new VirtualNetwork();

  private DnsResolver resolver(List<String> servers, String... search) {
    return new DnsResolver(
        network,
        servers.stream().map(VirtualNetwork::server).toList(),
        List.of(search),
        new SplittableRandom(1),
        network);
  }

  private static List<InetAddress> addresses(String... literals) {
    return Stream.of(literals).map(InetAddress::ofLiteral).toList();
  }

  private static String refusal(DnsResolver resolver, String host) {
    UnknownHostException thrown =
        assertThrows(UnknownHostException.class, () -> resolver.resolve(host));
    return String.valueOf(thrown.getMessage());
  }

  private Duration elapsed(long since) {
    return Duration.ofNanos(network.getAsLong() - since);
  }

  @Test
  void bothFamiliesAreAskedForSideBySide() throws Exception {
    network.zone(
        ONE, new Zone().address("db.corp", 60, "10.1.0.1").address("db.corp", 60, "fd00::1"));
    long since = network.getAsLong();
    assertEquals(addresses("10.1.0.1", "fd00::1"), resolver(List.of(ONE)).resolve("DB.corp"));
    assertEquals(Duration.ofMillis(10), elapsed(since), "both in one round trip");
    assertEquals(List.of("10.0.0.53 db.corp 1", "10.0.0.53 db.corp 28"), network.asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.9.8.7", "::1", "fd00::7", "[fd00::7]", "255.255.255.255"})
  void addressesAreTakenAsTheyAre(String literal) throws Exception {
    InetAddress expected = InetAddress.ofLiteral(literal.replaceAll("[\\[\\]]", ""));
    assertEquals(List.of(expected), resolver(List.of()).resolve(literal));
    assertEquals(List.of(), network.asked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        "1",
        "10.1",
        "010.1.1.1",
        "1.2.3.256",
        "fe80::1%eth0",
        "x y",
        "*"
      })
  void whatIsNoNameIsNotAsked(String host) {
    String message = refusal(resolver(List.of(ONE)), host);
    assertEquals(host + ": neither the name of a host nor an address", message);
    assertEquals(List.of(), network.asked);
  }

  @Test
  void thisMachineHasNoPlaceInAnotherNetwork() throws Exception {
    assertTrue(resolver(List.of(ONE)).resolve("localhost").getFirst().isLoopbackAddress());
    assertEquals(List.of(), network.asked);
  }

  @Test
  void namesInOtherScriptsAreAskedByIdna() throws Exception {
    network.zone(ONE, new Zone().address("xn--bcher-kva.corp", 60, "10.1.0.1"));
    assertEquals(addresses("10.1.0.1"), resolver(List.of(ONE)).resolve("bücher.corp"));
  }

  @Test
  void oneLabelIsSoughtUnderTheSearchDomains() throws Exception {
    network.zone(ONE, new Zone().address("db.b.corp", 60, "10.1.0.1").negative(60));
    DnsResolver resolver = resolver(List.of(ONE), "a.corp", "b.corp");
    assertEquals(addresses("10.1.0.1"), resolver.resolve("db"));
    assertEquals(
        "nas: no such name, says 10.0.0.53 (sought nas.a.corp, nas.b.corp, nas)",
        refusal(resolver, "nas"));
    network.asked.clear();
    assertEquals("db.x: no such name, says 10.0.0.53", refusal(resolver, "db.x"));
    assertEquals("db.: no such name, says 10.0.0.53", refusal(resolver, "db."));
    assertTrue(network.asked.contains("10.0.0.53 db.x 1"), network.asked::toString);
    assertFalse(network.asked.toString().contains("corp"), network.asked::toString);
    assertTrue(resolver.isUnderSearchDomain("any"));
    assertTrue(resolver.isUnderSearchDomain("x.A.corp"));
    assertFalse(resolver.isUnderSearchDomain("any."));
    assertFalse(resolver.isUnderSearchDomain("xa.corp"));
    assertFalse(resolver.isUnderSearchDomain("10.0.0.1"));
  }

  @Test
  void serversAreAskedInTurnWithMorePatienceEachTime() {
    DnsResolver resolver = resolver(List.of(ONE, TWO));
    long since = network.getAsLong();
    assertEquals(
        "db.corp: name server 10.0.0.53: no answer within 7 s;"
            + " name server 10.0.0.54: no answer within 7 s",
        refusal(resolver, "db.corp"));
    assertEquals(Duration.ofSeconds(14), elapsed(since));
    assertEquals(12, network.asked.size());
    assertTrue(refusal(resolver, "db.corp").contains("no answer"));
    assertEquals(12, network.asked.size(), "a failure is remembered for a while");
  }

  @Test
  void theServerThatAnsweredIsAskedFirstNextTime() throws Exception {
    network.zone(TWO, new Zone().address("a.x", 60, "10.1.0.1").address("b.x", 60, "10.1.0.2"));
    network.datagrams(ONE, (query, self) -> null);
    DnsResolver resolver = resolver(List.of(ONE, TWO));
    assertEquals(addresses("10.1.0.1"), resolver.resolve("a.x"));
    network.asked.clear();
    assertEquals(addresses("10.1.0.2"), resolver.resolve("b.x"));
    assertFalse(network.asked.toString().contains(ONE), network.asked::toString);
  }

  @Test
  void troubleOfOneServerIsAnotherServersTurn() throws Exception {
    network.datagrams(ONE, (query, self) -> answer(self, Zone.code(query, 2)));
    network.datagrams(TWO, (query, self) -> null);
    long since = network.getAsLong();
    assertEquals(
        "a.x: name server 10.0.0.53: SERVFAIL; name server 10.0.0.54: its port is unreachable",
        refusal(resolver(List.of(ONE, TWO)), "a.x"));
    assertTrue(elapsed(since).toMillis() < 100, "who has refused is not asked again");
    network.zone(TWO, new Zone().address("a.x", 60, "10.1.0.1"));
    assertEquals(addresses("10.1.0.1"), resolver(List.of(ONE, TWO)).resolve("a.x"));
  }

  @Test
  void aFamilyThatDoesNotAnswerDelaysTheOtherButLittle() throws Exception {
    Zone zone = new Zone().address("a.x", 60, "10.1.0.1");
    network.datagrams(
        ONE,
        (query, self) ->
            Zone.type(query) == DnsRecord.AAAA ? List.of() : answer(self, zone.answer(query)));
    long since = network.getAsLong();
    assertEquals(addresses("10.1.0.1"), resolver(List.of(ONE)).resolve("a.x"));
    assertTrue(elapsed(since).toMillis() <= 260, () -> elapsed(since).toString());
  }

  @Test
  void forgedAnswersAreNotTaken() throws Exception {
    Zone lies = new Zone().address("a.x", 60, "6.6.6.6");
    Zone truth = new Zone().address("a.x", 60, "10.1.0.1");
    network.datagrams(
        ONE,
        (query, self) -> {
          byte[] otherId = lies.answer(query);
          otherId[0] ^= 1;
          byte[] otherName = lies.answer(query);
          otherName[13] = 'b';
          byte[] otherType = lies.answer(query);
          otherType[Zone.questionEnd(query) - 3] ^= 2;
          byte[] question = lies.answer(query);
          question[2] &= 0x7f;
          return List.of(
              new VirtualNetwork.Answer(otherId, 1, self),
              new VirtualNetwork.Answer(otherName, 2, self),
              new VirtualNetwork.Answer(otherType, 3, self),
              new VirtualNetwork.Answer(question, 4, self),
              new VirtualNetwork.Answer(lies.answer(query), 5, VirtualNetwork.server(TWO)),
              new VirtualNetwork.Answer(
                  lies.answer(query), 6, new InetSocketAddress(self.getAddress(), 5353)),
              new VirtualNetwork.Answer(truth.answer(query), 7, self));
        });
    assertEquals(addresses("10.1.0.1"), resolver(List.of(ONE)).resolve("a.x"));
  }

  @Test
  void aGuessWithOtherLettersIsVerifiedByTcp() throws Exception {
    Zone truth = new Zone().address("long-name.example", 60, "10.1.0.1");
    network.zone(ONE, truth);
    network.datagrams(
        ONE,
        (query, self) -> {
          byte[] small = new Zone().address("long-name.example", 60, "6.6.6.6").answer(query);
          for (int i = 12; i < Zone.questionEnd(query) - 4; i++) {
            small[i] = DnsName.small(small[i]);
          }
          return answer(self, small);
        });
    assertEquals(addresses("10.1.0.1"), resolver(List.of(ONE)).resolve("long-name.example"));
    assertTrue(network.asked.contains("tcp 10.0.0.53 long-name.example 1"));
  }

  @Test
  void idsAndLettersAreNeverTheSame() throws Exception {
    Set<String> seen = new HashSet<>();
    Zone zone = new Zone().address("a-name-of-many-letters.example", 60, "10.1.0.1");
    network.datagrams(
        ONE,
        (query, self) -> {
          seen.add(new String(query, 0, 40, java.nio.charset.StandardCharsets.ISO_8859_1));
          return answer(self, zone.answer(query));
        });
    DnsResolver resolver = resolver(List.of(ONE));
    for (int i = 0; i < 100; i++) {
      resolver.clear();
      assertEquals(addresses("10.1.0.1"), resolver.resolve("a-name-of-many-letters.example"));
    }
    assertEquals(200, seen.size());
  }

  @Test
  void whatDoesNotFitComesByTcp() throws Exception {
    Zone zone = new Zone();
    List<String> all = new ArrayList<>();
    for (int i = 1; i <= 60; i++) {
      all.add("10.1.0." + i);
      zone.address("many.x", 60, "10.1.0." + i);
    }
    network.datagrams(ONE, (query, self) -> answer(self, Zone.truncated(query)));
    assertEquals(
        "many.x: name server 10.0.0.53: by TCP: Connection refused",
        refusal(resolver(List.of(ONE)), "many.x"));
    network.stream(ONE, Zone::truncated);
    assertEquals(
        "many.x: name server 10.0.0.53: its answer is cut short by TCP as well",
        refusal(resolver(List.of(ONE)), "many.x"));
    network.stream(ONE, zone::answer);
    assertEquals(addresses(all.toArray(String[]::new)), resolver(List.of(ONE)).resolve("many.x"));
  }

  @Test
  void serversWithoutExtensionsAreAskedWithout() throws Exception {
    Zone zone = new Zone().address("old.x", 60, "10.1.0.1");
    network.datagrams(
        ONE,
        (query, self) ->
            answer(self, Zone.extended(query) ? Zone.code(query, 1) : zone.answer(query)));
    assertEquals(addresses("10.1.0.1"), resolver(List.of(ONE)).resolve("old.x"));
  }

  @Test
  void aliasesAreFollowed() throws Exception {
    Zone zone = new Zone().alias("www.x", 60, "web.x").alias("web.x", 5, "host.y");
    Zone other = new Zone().address("host.y", 60, "10.1.0.1").negative(60);
    // The first answer ends in a name of which the server of x says nothing.
    network.datagrams(
        ONE,
        (query, self) ->
            answer(
                self,
                Zone.name(query).endsWith(".x") ? code(zone.answer(query)) : other.answer(query)));
    DnsResolver resolver = resolver(List.of(ONE));
    assertEquals(addresses("10.1.0.1"), resolver.resolve("www.x"));
    network.asked.clear();
    network.pass(Duration.ofSeconds(4));
    assertEquals(addresses("10.1.0.1"), resolver.resolve("www.x"));
    assertEquals(List.of(), network.asked);
    network.pass(Duration.ofSeconds(2));
    assertEquals(addresses("10.1.0.1"), resolver.resolve("www.x"));
    assertFalse(network.asked.isEmpty(), "the shortest time of the chain counts");
  }

  private static byte[] code(byte[] answer) {
    answer[3] &= (byte) 0xf0;
    return answer;
  }

  @Test
  void circlesOfAliasesEnd() {
    network.zone(ONE, new Zone().alias("a.x", 60, "b.x").alias("b.x", 60, "a.x"));
    String message = refusal(resolver(List.of(ONE)), "a.x");
    assertEquals("a.x: more than 16 aliases, one after another", message);
  }

  @Test
  void recordsNotAskedForAreNotTaken() {
    Zone zone = new Zone().address("a.x", 60, "10.1.0.1");
    network.datagrams(
        ONE,
        (query, self) -> {
          byte[] answer = zone.answer(query);
          int owner = Zone.questionEnd(query) + 1;
          answer[Math.min(owner, answer.length - 1)] = 'b';
          return answer(self, answer);
        });
    refusal(resolver(List.of(ONE)), "a.x");
  }

  @Test
  void answersAreRememberedAsLongAsTheyMay() throws Exception {
    network.zone(ONE, new Zone().address("a.x", 30, "10.1.0.1").negative(20));
    DnsResolver resolver = resolver(List.of(ONE));
    resolver.resolve("a.x");
    assertEquals(2, network.asked.size());
    network.pass(Duration.ofSeconds(15));
    resolver.resolve("a.x");
    assertEquals(2, network.asked.size());
    network.pass(Duration.ofSeconds(10));
    resolver.resolve("a.x");
    assertEquals(3, network.asked.size(), "AAAA's absence is over, A is not");
    network.pass(Duration.ofSeconds(10));
    resolver.resolve("a.x");
    assertEquals("10.0.0.53 a.x 1", network.asked.getLast());
  }

  @Test
  void noTimeIsTooLongAndTheMemoryHasAnEnd() throws Exception {
    Zone zone =
        new Zone().negative(Integer.MAX_VALUE).address("a.x", Integer.MAX_VALUE, "10.1.0.1");
    network.zone(ONE, zone);
    DnsResolver resolver = resolver(List.of(ONE));
    resolver.resolve("a.x");
    network.pass(Duration.ofSeconds(DnsCache.MAX_TTL_SECONDS + 1));
    network.asked.clear();
    resolver.resolve("a.x");
    assertEquals(2, network.asked.size());
    for (int i = 0; i < 2000; i++) {
      refusal(resolver, "n" + i + ".y");
    }
    assertEquals(DnsCache.MAX_ENTRIES, resolver.cached());
  }

  @Test
  void belowWhatDoesNotExistThereIsNothing() {
    network.zone(ONE, new Zone().negative(60));
    DnsResolver resolver = resolver(List.of(ONE));
    refusal(resolver, "gone.x");
    network.asked.clear();
    assertEquals("a.gone.x: no such name, says 10.0.0.53", refusal(resolver, "a.gone.x"));
    assertEquals(List.of(), network.asked);
    network.pass(Duration.ofSeconds(61));
    refusal(resolver, "a.gone.x");
    assertEquals(2, network.asked.size());
  }

  @Test
  void aNameWithoutAddressIsToldFromNoName() {
    network.zone(ONE, new Zone().text("mail.x").negative(60));
    assertEquals(
        "mail.x: has no address, says 10.0.0.53", refusal(resolver(List.of(ONE)), "mail.x"));
    assertEquals("mail.x: there is no name server to ask", refusal(resolver(List.of()), "mail.x"));
  }

  @Test
  void anInterruptedCallerWaitsNoLonger() {
    Thread.currentThread().interrupt();
    String message = refusal(resolver(List.of(ONE, TWO)), "a.x");
    assertTrue(Thread.interrupted());
    assertEquals("a.x: interrupted while it was resolved", message);
  }

  private static List<VirtualNetwork.Answer> answer(InetSocketAddress self, byte[] message) {
    return List.of(new VirtualNetwork.Answer(message, 10 * VirtualNetwork.MILLI, self));
  }
}
