package dev.warren.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Commands described as man pages, in the macros of man(7) that groff and mandoc both know.
 *
 * <p><b>Owner:</b> any thread.
 */
final class ManPage {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private ManPage() {}

  /** Every page by the name of its file. */
  static Map<String, String> all() {
    Map<String, String> pages = new TreeMap<>();
    pages.put("warren.1", overview());
    for (Command command : Commands.all()) {
      pages.put("warren-" + command.name + ".1", of(command));
    }
    return pages;
  }

  /** The page of Warren as a whole. */
  static String overview() {
    StringBuilder out = new StringBuilder();
    head(out, "warren", "WireGuard for Linux, in user space");
    out.append(".SH SYNOPSIS\n.B warren\n.I COMMAND\n[\\,\\fIARGUMENTS\\fR]\n");
    out.append(".SH DESCRIPTION\n");
    for (Commands.Group group : Commands.groups()) {
      out.append(".SS ").append(group.title()).append('\n');
      for (Command command : group.commands()) {
        out.append(".TP\n.B ").append(escaped(command.name)).append('\n');
        out.append(sentence(command.purpose));
      }
    }
    List<String> pages = new ArrayList<>();
    for (Command command : Commands.all()) {
      pages.add("warren-" + command.name + "(1)");
    }
    related(out, pages);
    return out.toString();
  }

  /** The page of one command. */
  static String of(Command command) {
    StringBuilder out = new StringBuilder();
    head(out, "warren-" + command.name, command.purpose);
    out.append(".SH SYNOPSIS\n");
    String lead = "";
    for (String synopsis : command.synopses) {
      out.append(lead).append("\\fBwarren ").append(escaped(command.name)).append("\\fR ");
      out.append(escaped(synopsis)).append('\n');
      lead = ".br\n";
    }
    out.append(".SH DESCRIPTION\n");
    text(out, command.text);
    parts(out, command);
    if (!command.options.isEmpty()) {
      out.append(".SH OPTIONS\n");
      for (Option option : command.options) {
        out.append(".TP\n.B ").append(escaped(option.label())).append('\n');
        out.append(sentence(option.text()));
      }
    }
    section(out, "ENVIRONMENT", command.variables);
    section(out, "FILES", command.files);
    if (!command.examples.isEmpty()) {
      out.append(".SH EXAMPLES\n");
      String between = "";
      for (Entry example : command.examples) {
        out.append(between).append(sentence(example.text()));
        between = ".PP\n";
        out.append(".PP\n.RS 4\n.nf\n").append(line(example.label())).append(".fi\n.RE\n");
      }
    }
    section(out, "EXIT STATUS", command.exits);
    List<String> pages = new ArrayList<>(List.of("warren(1)"));
    pages.addAll(command.related);
    related(out, pages);
    return out.toString();
  }

  private static void head(StringBuilder out, String page, String purpose) {
    // No date: the same sources make the same page.
    out.append(".TH ").append(page.toUpperCase(Locale.ROOT));
    out.append(" 1 \"\" \"Warren\" \"Warren\"\n");
    out.append(".SH NAME\n").append(escaped(page)).append(" \\- ").append(escaped(purpose));
    out.append('\n');
  }

  private static void text(StringBuilder out, String text) {
    String between = "";
    for (String paragraph : Paragraphs.of(text)) {
      out.append(between);
      between = ".PP\n";
      if (paragraph.startsWith(" ")) {
        out.append(".nf\n");
        paragraph.lines().forEach(line -> out.append(line(line)));
        out.append(".fi\n");
      } else {
        out.append(line(paragraph));
      }
    }
  }

  private static void parts(StringBuilder out, Command command) {
    for (Command part : command.parts) {
      for (String synopsis : part.synopses) {
        out.append(".TP\n\\fB").append(escaped(part.name)).append("\\fR ");
        out.append(escaped(synopsis)).append('\n');
      }
      out.append(sentence(part.purpose));
    }
  }

  private static void section(StringBuilder out, String title, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    out.append(".SH ").append(title).append('\n');
    for (Entry entry : entries) {
      out.append(".TP\n.B ").append(escaped(entry.label())).append('\n');
      out.append(sentence(entry.text()));
    }
  }

  private static void related(StringBuilder out, List<String> pages) {
    out.append(".SH SEE ALSO\n");
    for (int i = 0; i < pages.size(); i++) {
      String page = pages.get(i);
      int bracket = page.indexOf('(');
      out.append(".BR ").append(escaped(page.substring(0, bracket))).append(' ');
      out.append(page.substring(bracket)).append(i < pages.size() - 1 ? " ,\n" : "\n");
    }
  }

  /** What is a part of a sentence in the table is one on the page. */
  private static String sentence(String part) {
    String first = part.substring(0, 1);
    boolean name = part.length() > 1 && Character.isUpperCase(part.charAt(1));
    return line((name ? first : first.toUpperCase(Locale.ROOT)) + part.substring(1) + ".");
  }

  /** A line of text, which must not begin as a request does. */
  private static String line(String text) {
    String escaped = CODE.matcher(escaped(text)).replaceAll("\\\\fB$1\\\\fR");
    boolean request = escaped.startsWith(".") || escaped.startsWith("'");
    return (request ? "\\&" : "") + escaped + "\n";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti");
  }
}
