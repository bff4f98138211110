package dev.warren.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.cli.view.Trouble;
import dev.warren.cli.wg.ShowText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of the two processes: does what it is told on its standard input, a line each, until that
 * ends, as it does when the parent does, however that came about.
 *
 * <p><b>Shape:</b> commands {@code serve ADDRESS PORT}, {@code fetch ADDRESS PORT}, {@code receive}
 * and {@code send ADDRESS PORT MILLIS}, {@code show plain|coloured}. Answers: any number of
 * {@code @| TEXT}, then {@code @ok WORDS} or {@code @failed CAUSE}. The first answer comes unasked,
 * once the tunnel is there. Lines without {@code @} are somebody else's, such as the JVM's
 * warnings.
 *
 * <p><b>Owner:</b> the main thread reads; one other does, so that the end is never missed.
 */
final class MachineLoop {
  static final String TEXT = "@| ";
  static final String OK = "@ok";
  static final String FAILED = "@failed ";

  private final Joined joined;
  private final PrintStream out;
  private @Nullable HomePage page;

  MachineLoop(Joined joined, PrintStream out) {
    this.joined = joined;
    this.out = out;
  }

  /** Returns when standard input ends. */
  void run(InputStream in) throws IOException {
    try (ExecutorService doer =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("machine").factory())) {
      say(OK);
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8));
      String line = reader.readLine();
      while (line != null) {
        String command = line;
        doer.execute(() -> answer(command));
        line = reader.readLine();
      }
      doer.shutdownNow();
    } finally {
      HomePage open = page;
      if (open != null) {
        open.close();
      }
    }
  }

  /** Tells that it is not to be. */
  static void refuse(PrintStream out, IOException why) {
    out.println(FAILED + oneLine(Trouble.words(why)));
    out.flush();
  }

  private void answer(String command) {
    try {
      say((OK + " " + obey(List.of(command.split(" ", -1)))).strip());
    } catch (IOException e) {
      say(FAILED + oneLine(Trouble.words(e)));
    } catch (RuntimeException e) {
      say(FAILED + oneLine(e.toString()));
    }
  }

  private String obey(List<String> words) throws IOException {
    return switch (words.getFirst()) {
      case "serve" -> {
        HomePage open = HomePage.open(joined.network(), address(words), port(words));
        page = open;
        yield Integer.toString(open.port());
      }
      case "fetch" -> {
        Visit.Page fetched = visit(words).fetch();
        fetched.body().lines().forEach(line -> say(TEXT + line));
        yield fetched.status() + " " + fetched.nanos();
      }
      case "receive" -> told(visit(words).receive(Long.parseLong(words.get(3))));
      case "send" -> told(visit(words).send(Long.parseLong(words.get(3))));
      case "show" -> {
        long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        ShowText.of(joined.state(), words.getLast().equals("coloured"), now)
            .lines()
            .forEach(line -> say(TEXT + line));
        yield "";
      }
      default -> throw new IOException("no command " + words.getFirst());
    };
  }

  private Visit visit(List<String> words) throws IOException {
    return new Visit(joined.network(), address(words), port(words));
  }

  private static InetAddress address(List<String> words) throws IOException {
    return InetAddress.ofLiteral(words.get(1));
  }

  private static int port(List<String> words) {
    return Integer.parseInt(words.get(2));
  }

  private static String told(Meter.Flow flow) {
    return flow.bytes() + " " + flow.nanos();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  private void say(String line) {
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }
}
