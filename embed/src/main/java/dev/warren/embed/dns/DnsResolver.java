package dev.warren.embed.dns;

import dev.warren.packet.owner.Shared;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses of hosts by asking the name servers of a network, inside that network.
 *
 * <p>A and AAAA are asked for side by side; the servers one after another, with 1, then 2, then 4
 * seconds each, beginning with the one that answered last. A name of one label is sought under each
 * search domain first; any other is taken as it is. What was found, or found absent, is remembered
 * as long as the server allows. IPv4 comes first, unless {@code java.net.preferIPv6Addresses} is
 * {@code true}.
 *
 * <p><b>Owner:</b> any thread, virtual ones too; a call uses its caller's thread, and ends early
 * when that is interrupted.
 *
 * <p><b>Errors:</b> {@code UnknownHostException} says the name, the server and the cause.
 *
 * <p><b>Source:</b> RFC 1035 section 7, RFC 2181, RFC 2308, RFC 5452, RFC 6761 section 6.3
 * (localhost), RFC 8020, RFC 9520.
 */
@Shared
public final class DnsResolver {
  /** More would keep a caller waiting for longer than it has patience. */
  static final int MAX_SERVERS = 3;

  private static final int MAX_SEARCH_DOMAINS = 6;
  private static final int MAX_ALIAS_ROUNDS = 8;
  private static final List<Long> TIMEOUTS_NANOS =
      List.of(1_000_000_000L, 2_000_000_000L, 4_000_000_000L);
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

  private static final DnsName LOCALHOST =
      DnsName.ofWire("\tlocalhost\0".getBytes(StandardCharsets.US_ASCII));

  private final List<InetSocketAddress> servers;
  private final List<DnsName> search;
  private final DnsExchange exchange;
  private final DnsCache cache;

  /** The server that answered last; a stale value costs a question. */
  private volatile int preferred;

  /**
   * Makes a resolver.
   *
   * @param servers numeric addresses; the first three are asked
   * @param search domains under which names of one label are sought, in this order
   */
  public DnsResolver(Transport network, List<InetSocketAddress> servers, List<String> search) {
    this(network, servers, search, new SecureRandom(), System::nanoTime);
  }

  DnsResolver(
      Transport network,
      List<InetSocketAddress> servers,
      List<String> search,
      RandomGenerator random,
      LongSupplier nanoClock) {
    for (InetSocketAddress server : servers) {
      if (server.isUnresolved()) {
        throw new IllegalArgumentException(server + " is no address");
      }
    }
    this.servers = List.copyOf(servers.subList(0, Math.min(MAX_SERVERS, servers.size())));
    List<DnsName> domains = new ArrayList<>();
    for (String domain : search) {
      DnsName name = DnsName.parse(domain);
      if (name == null) {
        throw new IllegalArgumentException("\"" + domain + "\" is no domain");
      }
      domains.add(name);
    }
    this.search = List.copyOf(domains.subList(0, Math.min(MAX_SEARCH_DOMAINS, domains.size())));
    this.exchange = new DnsExchange(network, random, nanoClock);
    this.cache = new DnsCache(nanoClock);
  }

  public List<InetSocketAddress> servers() {
    return servers;
  }

  /** Whether the host stands under one of the search domains, or would be sought there. */
  public boolean isUnderSearchDomain(String host) {
    DnsName name = DnsName.parse(host);
    if (name == null || literal(host) != null || name.endsInNumber()) {
      return false;
    }
    return search.stream().anyMatch(name::isWithin)
        || (!search.isEmpty() && name.isSingleLabel() && !host.endsWith("."));
  }

  /** The address that the text is, not one that it names; null where it is none. */
  public static @Nullable InetAddress literal(String host) {
    String text =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (text.indexOf('%') < 0 && text.indexOf(':') >= 0) {
      try {
        return Inet6Address.ofLiteral(text);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return IPV4.matcher(host).matches() ? InetAddress.ofLiteral(host) : null;
  }

  /** The addresses of a host, never empty; an address is returned as it is. */
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    InetAddress literal = literal(host);
    if (literal != null) {
      return List.of(literal);
    }
    DnsName name = DnsName.parse(host);
    if (name == null || name.endsInNumber()) {
      throw unknown(host, "neither the name of a host nor an address");
    }
    if (name.isWithin(LOCALHOST)) {
      return List.of(InetAddress.getLoopbackAddress());
    }
    if (servers.isEmpty()) {
      throw unknown(host, "there is no name server to ask");
    }
    List<DnsName> candidates = candidates(name, host.endsWith("."));
    boolean exists = false;
    for (DnsName candidate : candidates) {
      switch (lookUp(candidate)) {
        case DnsOutcome.Found found -> {
          return found.addresses();
        }
        case DnsOutcome.Failed failed ->
            // Another candidate is another host: found or not must not depend on a lost packet.
            throw unknown(host, failed.why());
        case DnsOutcome.NoAddress absent -> exists = true;
        case DnsOutcome.NoName absent -> {}
        case DnsOutcome.Alias alias -> {}
      }
    }
    String cause = exists ? "has no address" : "no such name";
    String sought = candidates.equals(List.of(name)) ? "" : " (sought " + listed(candidates) + ")";
    throw unknown(host, cause + ", says " + text(servers.get(preferred)) + sought);
  }

  /** Forgets what was found. */
  public void clear() {
    cache.clear();
  }

  int cached() {
    return cache.size();
  }

  private List<DnsName> candidates(DnsName name, boolean absolute) {
    Set<DnsName> candidates = new LinkedHashSet<>();
    if (name.isSingleLabel() && !absolute) {
      for (DnsName domain : search) {
        DnsName joined = name.under(domain);
        if (joined != null) {
          candidates.add(joined);
        }
      }
    }
    candidates.add(name);
    return List.copyOf(candidates);
  }

  /** Both families of a name, from memory or by asking. */
  private DnsOutcome lookUp(DnsName name) {
    List<DnsQuestion> questions = new ArrayList<>();
    for (int type : types()) {
      DnsQuestion question = new DnsQuestion(name, type);
      DnsOutcome known = cache.get(name, type);
      if (known != null) {
        question.end(known);
      }
      questions.add(question);
    }
    List<DnsQuestion> open = open(questions);
    if (!open.isEmpty()) {
      askAll(open);
    }
    return joined(questions);
  }

  private static List<Integer> types() {
    return "true".equals(System.getProperty("java.net.preferIPv6Addresses"))
        ? List.of(DnsRecord.AAAA, DnsRecord.A)
        : List.of(DnsRecord.A, DnsRecord.AAAA);
  }

  /** Addresses of either family; else what failed; else that the name exists; else that not. */
  private static DnsOutcome joined(List<DnsQuestion> questions) {
    List<InetAddress> addresses = new ArrayList<>();
    DnsOutcome rest = null;
    for (DnsQuestion question : questions) {
      DnsOutcome outcome = question.outcome();
      if (outcome instanceof DnsOutcome.Found found) {
        addresses.addAll(found.addresses());
      } else if (rest == null
          || outcome instanceof DnsOutcome.Failed
          || (outcome instanceof DnsOutcome.NoAddress && rest instanceof DnsOutcome.NoName)) {
        rest = outcome;
      }
    }
    if (!addresses.isEmpty()) {
      return new DnsOutcome.Found(addresses, 0);
    }
    return rest == null ? new DnsOutcome.Failed("nothing was asked") : rest;
  }

  private void askAll(List<DnsQuestion> questions) {
    for (int round = 0; round < MAX_ALIAS_ROUNDS; round++) {
      List<DnsQuestion> open = open(questions);
      if (open.isEmpty()) {
        break;
      }
      String trouble = askServers(open);
      for (DnsQuestion question : open) {
        if (question.hasReply()) {
          question.follow();
        } else {
          question.end(new DnsOutcome.Failed(trouble));
        }
      }
    }
    boolean interrupted = Thread.currentThread().isInterrupted();
    for (DnsQuestion question : questions) {
      DnsOutcome outcome = question.outcome();
      if (outcome == null) {
        outcome = new DnsOutcome.Failed("its aliases do not end");
        question.end(outcome);
      }
      if (!interrupted) {
        cache.put(question.asked, question.type, outcome);
      }
    }
  }

  private static List<DnsQuestion> open(List<DnsQuestion> questions) {
    return questions.stream().filter(question -> question.outcome() == null).toList();
  }

  /** Asks until all have a reply; returns what went wrong, for those that have none. */
  private String askServers(List<DnsQuestion> questions) {
    Map<InetSocketAddress, String> troubles = new LinkedHashMap<>();
    Set<InetSocketAddress> givenUp = new LinkedHashSet<>();
    int first = preferred;
    long patience = 0;
    for (long timeout : TIMEOUTS_NANOS) {
      patience += timeout / 1_000_000_000L;
      for (int i = 0; i < servers.size(); i++) {
        int index = (first + i) % servers.size();
        InetSocketAddress server = servers.get(index);
        if (givenUp.contains(server)) {
          continue;
        }
        List<DnsQuestion> open = questions.stream().filter(q -> !q.hasReply()).toList();
        exchange.ask(server, open, timeout);
        if (Thread.currentThread().isInterrupted()) {
          return "interrupted while it was resolved";
        }
        for (DnsQuestion question : open) {
          if (question.hasReply()) {
            preferred = index;
          } else if (question.trouble().isEmpty()) {
            troubles.put(server, "no answer within " + patience + " s");
          } else {
            troubles.put(server, question.trouble());
            if (!question.isWaiting()) {
              givenUp.add(server);
            }
          }
        }
        boolean all = questions.stream().allMatch(DnsQuestion::hasReply);
        if (all || questions.stream().anyMatch(DnsQuestion::hasAddresses)) {
          return described(troubles);
        }
      }
    }
    return described(troubles);
  }

  private static String described(Map<InetSocketAddress, String> troubles) {
    StringBuilder text = new StringBuilder();
    troubles.forEach(
        (server, trouble) ->
            text.append(text.isEmpty() ? "" : "; ")
                .append("name server ")
                .append(text(server))
                .append(": ")
                .append(trouble));
    return text.toString();
  }

  private static String text(InetSocketAddress server) {
    String address = server.getAddress().getHostAddress();
    return server.getPort() == 53 ? address : address + " port " + server.getPort();
  }

  private static String listed(List<DnsName> names) {
    return String.join(", ", names.stream().map(DnsName::toString).toList());
  }

  private static UnknownHostException unknown(String host, String cause) {
    return new UnknownHostException(host + ": " + cause);
  }
}
