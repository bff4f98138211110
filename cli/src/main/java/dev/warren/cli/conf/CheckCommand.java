package dev.warren.cli.conf;

import dev.warren.cli.json.JsonWriter;
import dev.warren.cli.terminal.Ink;
import dev.warren.config.Services;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** {@code warren config check}: what is wrong with files, and what looks wrong. */
final class CheckCommand {
  private static final List<String> OPTIONS = List.of("--json", "--qr");

  private final ConfigCommand.Streams streams;
  private final Services services;

  CheckCommand(ConfigCommand.Streams streams, Services services) {
    this.streams = streams;
    this.services = services;
  }

  int run(List<String> arguments) throws Machine.BadWord, IOException {
    Options options = Options.parse(arguments, OPTIONS);
    if (options.help) {
      return streams.help();
    }
    if (options.words.isEmpty()) {
      throw new Machine.BadWord("which file?");
    }
    List<Sheet> sheets = new ArrayList<>();
    try {
      for (String word : new LinkedHashSet<>(options.words)) {
        sheets.add(Sheet.read(Sheet.file(word), services));
      }
      List<Remark> remarks = Inspection.of(sheets);
      Ink.print(streams.out(), options.json ? json(sheets, remarks) : said(sheets, remarks));
      boolean good = true;
      for (Sheet sheet : sheets) {
        good &= sheet.configuration() != null;
        if (options.qr && sheet.configuration() != null) {
          streams.showCode(sheet.toString(), sheet.text(), options.json);
        }
      }
      return good ? 0 : 1;
    } finally {
      sheets.forEach(Sheet::wipe);
    }
  }

  private String said(List<Sheet> sheets, List<Remark> remarks) {
    Ink ink = Ink.choose(Ink.STANDARD_OUTPUT, streams.environment());
    StringBuilder text = new StringBuilder();
    for (Sheet sheet : sheets) {
      boolean any = false;
      for (Remark remark : remarks) {
        if (remark.sheet().file().equals(sheet.file())) {
          any = true;
          String line = remark.toString();
          String word = remark.isError() ? "error:" : "warning:";
          String painted = remark.isError() ? ink.boldRed(word) : ink.boldYellow(word);
          text.append(line.replaceFirst(": " + word, ": " + painted)).append('\n');
        }
      }
      if (!any) {
        text.append(sheet).append(": ").append(ink.green("good")).append('\n');
      }
    }
    return text.toString();
  }

  private static String json(List<Sheet> sheets, List<Remark> remarks) {
    JsonWriter json = new JsonWriter().object().name("files").array();
    for (Sheet sheet : sheets) {
      json.object().name("file").value(sheet.toString());
      json.name("usable").value(sheet.configuration() != null);
      json.name("problems").array();
      for (Remark remark : remarks) {
        if (remark.sheet().file().equals(sheet.file())) {
          json.object().name("level").value(remark.isError() ? "error" : "warning");
          if (remark.line() > 0) {
            json.name("line").value(remark.line()).name("column").value(remark.column());
          }
          json.name("what").value(remark.text());
          if (!remark.expected().isEmpty()) {
            json.name("expected").value(remark.expected());
          }
          json.end();
        }
      }
      json.end().end();
    }
    return json.end().end().text();
  }
}
