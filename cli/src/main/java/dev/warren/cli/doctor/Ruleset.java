package dev.warren.cli.doctor;

import dev.warren.cli.doctor.Facts.DropRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds in the text of {@code nft list ruleset} what drops a tunnel's datagrams.
 *
 * <p>A best effort: it sees rules that name the port or all of UDP, and chains that drop what no
 * rule accepts, unless they hand packets to other chains, which may accept them. What a rule
 * depends on besides is left to the reader, who is shown it.
 *
 * <p><b>Owner:</b> one thread.
 */
final class Ruleset {
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
  private static final Pattern COMMENT = Pattern.compile("(^| )comment \"\"");
  private static final Pattern JUMP = Pattern.compile("\\b(jump|goto) ");

  private final int ownPort;
  private final Set<Integer> theirPorts;
  private final List<DropRule> found = new ArrayList<>();

  // The chain at hand.
  private String table = "";
  private String chain = "";
  private String hook = "";
  private boolean dropsByDefault;
  private boolean acceptsPort;
  private boolean acceptsAnswers;
  private boolean jumps;

  private Ruleset(int ownPort, Set<Integer> theirPorts) {
    this.ownPort = ownPort;
    this.theirPorts = theirPorts;
  }

  static List<DropRule> read(String ruleset, int ownPort, Set<Integer> theirPorts) {
    Ruleset reader = new Ruleset(ownPort, theirPorts);
    for (String line : ruleset.split("\n", -1)) {
      reader.line(line.strip());
    }
    return reader.found;
  }

  private void line(String line) {
    if (line.startsWith("table ")) {
      table = line.substring(6).replace(" {", "");
    } else if (line.startsWith("chain ")) {
      chain = line.substring(6).replace(" {", "");
      hook = "";
      dropsByDefault = false;
      acceptsPort = false;
      acceptsAnswers = false;
      jumps = false;
    } else if (line.startsWith("type ")) {
      hook = word(line, "hook");
      dropsByDefault = line.contains("policy drop");
    } else if (line.equals("}")) {
      endChain();
    } else if (!chain.isEmpty()) {
      rule(line);
    }
  }

  private void endChain() {
    boolean input = hook.equals("input");
    if (dropsByDefault && !acceptsPort && !jumps && (input || hook.equals("output"))) {
      String what = "drops what no rule accepts, and none accepts UDP port ";
      String port = input ? "" + ownPort : "" + theirPorts;
      found.add(new DropRule(where(), what + port, acceptsAnswers));
    }
    chain = "";
    dropsByDefault = false;
  }

  private void rule(String text) {
    String line = COMMENT.matcher(QUOTED.matcher(text).replaceAll("\"\"")).replaceAll("");
    jumps |= JUMP.matcher(line).find();
    boolean drops = line.endsWith("drop") || line.contains(" reject");
    boolean accepts = line.endsWith("accept");
    if (line.contains("ct state") && line.contains("established")) {
      acceptsAnswers |= accepts || line.contains("established : accept");
      if (!line.contains("new")) {
        return;
      }
    }
    boolean output = hook.equals("output");
    // A chain that others jump to may stand in either way.
    boolean either = hook.isEmpty();
    boolean input = hook.equals("input");
    if (!input && !output && !either && !hook.equals("prerouting") && !hook.equals("postrouting")) {
      return;
    }
    boolean matches =
        (names(line, "dport", Set.of(ownPort)) && !output)
            || (names(line, "sport", theirPorts) && !output)
            || (names(line, "dport", theirPorts) && !input)
            || (names(line, "sport", Set.of(ownPort)) && !input)
            || isAllUdp(line);
    if (matches && drops) {
      found.add(new DropRule(where(), text, false));
    }
    acceptsPort |= accepts && (matches || isUnconditional(line));
  }

  private String where() {
    return "nft table " + table + ", chain " + chain + (hook.isEmpty() ? "" : " (" + hook + ")");
  }

  private static boolean isUnconditional(String line) {
    return line.equals("accept") || line.matches("counter packets \\d+ bytes \\d+ accept");
  }

  /** A rule about UDP that names no port. */
  private static boolean isAllUdp(String line) {
    boolean udp =
        line.contains("l4proto udp")
            || line.contains("protocol udp")
            || line.contains("nexthdr udp");
    return udp && !line.contains("dport") && !line.contains("sport");
  }

  /** Whether a rule names one of these UDP ports: alone, in a range, or in a set. */
  private static boolean names(String line, String which, Set<Integer> ports) {
    int at = line.indexOf("udp " + which + " ");
    if (at < 0) {
      return false;
    }
    String rest = line.substring(at + 5 + which.length()).strip();
    boolean negated = rest.startsWith("!= ");
    rest = negated ? rest.substring(3) : rest;
    int close = rest.indexOf('}');
    String values =
        rest.startsWith("{") && close > 0
            ? rest.substring(1, close)
            : Arrays.asList(rest.split(" ", -1)).getFirst();
    boolean named = false;
    for (String value : values.split(",", -1)) {
      String[] ends = value.strip().split("-", -1);
      for (int port : ports) {
        named |= number(ends[0]) <= port && port <= number(ends[ends.length - 1]);
      }
    }
    return named != negated && !ports.isEmpty();
  }

  private static String word(String line, String before) {
    List<String> words = Arrays.asList(line.split("[ ;]+", -1));
    int at = words.indexOf(before);
    return at < 0 || at + 1 >= words.size() ? "" : words.get(at + 1);
  }

  /** The number, and for a name one that is no port. */
  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
