package dev.warren.cli.quickstart;

import dev.warren.cli.conf.TwoMachines;
import dev.warren.cli.terminal.Ink;
import dev.warren.crypto.RandomSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What quickstart does, from the files to the last line on the screen.
 *
 * <p><b>Owner:</b> the main thread; {@link #abandon} any thread.
 *
 * <p><b>Errors:</b> {@link Failure}.
 */
final class Demonstration {
  private static final double NANOS_PER_MILLI = 1e6;

  /** Starts the process of a machine. */
  interface Starter {
    MachineHandle start(String name, Path file) throws Failure;
  }

  private final TwoFiles files;
  private final Screen screen;
  private final Ink ink;
  private final long speedMillis;
  private final Starter starter;
  private final List<MachineHandle> running = new ArrayList<>();
  private boolean finished;
  private boolean abandoned;

  Demonstration(TwoFiles files, Screen screen, long speedMillis, Starter starter) {
    this.files = files;
    this.screen = screen;
    this.ink = screen.ink();
    this.speedMillis = speedMillis;
    this.starter = starter;
  }

  void run(RandomSource random) throws Failure {
    screen.line(
        "Two machines, "
            + ink.boldGreen("home")
            + " and "
            + ink.boldGreen("remote")
            + ", each a process of yours: no root, no interface.\n");
    screen.step("files");
    files.make(random);
    TwoFiles.Facts facts = files.read();
    screen.done(
        "home.conf and remote.conf in "
            + files.folder()
            + (files.wereMade() ? ", for your eyes only" : ", as they were"));
    screen.step("up");
    try (MachineHandle home = start(TwoMachines.HOME);
        MachineHandle remote = start(TwoMachines.REMOTE)) {
      awaitHome(home, facts);
      remote.await();
      screen.done(
          "home "
              + ink.cyan(facts.home().toString())
              + ", remote "
              + ink.cyan(facts.remote().toString()));
      visit(home, remote, facts);
      show(home, remote);
    }
    sayWhatNext(facts);
    synchronized (this) {
      finished = true;
    }
  }

  private synchronized MachineHandle start(String machine) throws Failure {
    if (abandoned) {
      throw new Failure("interrupted", "");
    }
    MachineHandle handle = starter.start(machine, files.file(machine));
    running.add(handle);
    return handle;
  }

  private void awaitHome(MachineHandle home, TwoFiles.Facts facts) throws Failure {
    try {
      home.await();
    } catch (Failure e) {
      throw new Failure(
          e.cause(),
          e.mend().isEmpty()
              ? "if UDP port "
                  + facts.port()
                  + " is taken, end what listens there or change it in"
                  + " both files"
              : e.mend());
    }
  }

  private void visit(MachineHandle home, MachineHandle remote, TwoFiles.Facts facts)
      throws Failure {
    screen.step("page");
    int port = (int) home.ask("serve " + facts.home() + " " + HomePage.PORT).number(0);
    String where = facts.home() + " " + port;
    MachineHandle.Answer page;
    try {
      page = remote.ask("fetch " + where);
    } catch (Failure e) {
      throw new Failure(
          e.cause(),
          e.mend().isEmpty()
              ? "does a firewall stop UDP between programs of this machine, at 127.0.0.1:"
                  + facts.port()
                  + "?"
              : e.mend());
    }
    if (page.number(0) != 200 || page.text().isEmpty()) {
      throw new Failure("home answered " + page.words() + " instead of a page", "");
    }
    String millis =
        String.format(Locale.ROOT, "%.0f ms", Math.ceil(page.number(1) / NANOS_PER_MILLI));
    screen.done(
        "remote got http://"
            + facts.home()
            + "/ from home in "
            + ink.green(millis)
            + ", handshake included:");
    page.text().forEach(line -> screen.below(ink.yellow("“" + line + "”")));
    screen.step("speed").add("home → remote ");
    Meter.Flow receiving = flow(remote.ask("receive " + where + " " + speedMillis));
    screen.add(ink.green(receiving.words())).add(", remote → home ");
    Meter.Flow sending = flow(remote.ask("send " + where + " " + speedMillis));
    screen.done(ink.green(sending.words()));
    screen.line("");
  }

  private static Meter.Flow flow(MachineHandle.Answer answer) throws Failure {
    return new Meter.Flow(answer.number(0), answer.number(1));
  }

  private void show(MachineHandle home, MachineHandle remote) throws Failure {
    String how = "show " + (ink.isColoured() ? "coloured" : "plain");
    for (MachineHandle machine : List.of(home, remote)) {
      machine.ask(how).text().forEach(screen::line);
      screen.line("");
    }
  }

  private void sayWhatNext(TwoFiles.Facts facts) {
    String home = ink.bold("sudo ./warren up ./home.conf");
    String remote = ink.bold("sudo ./warren up ./remote.conf");
    screen.line("On real machines:");
    screen.line("  home: let UDP port " + facts.port() + " in (ListenPort changes it); " + home);
    screen.line("  remote: Endpoint = HOME'S-ADDRESS:" + facts.port() + "; " + remote);
    screen.line(
        "  in a Java program, no root: " + ink.bold("Tunnel.open(Path.of(\"remote.conf\"))"));
  }

  /** Whether it was given up before its end. */
  synchronized boolean isAbandoned() {
    return abandoned;
  }

  /** Ends the processes and takes away what was made, unless all is done. */
  synchronized void abandon() {
    if (!finished) {
      abandoned = true;
      running.forEach(MachineHandle::kill);
      files.discard();
    }
  }
}
