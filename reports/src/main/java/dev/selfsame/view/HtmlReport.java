package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.JourneyReport;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;

/**
 * Documents as one self-contained HTML page: no script, no network, light and dark, printable. The
 * same document gives the same bytes.
 */
public final class HtmlReport {
  private static final String PACKAGE = "dev.selfsame.view";

  private HtmlReport() {}

  /** The whole journey, verdict first. */
  public static String of(JourneyReport report) {
    return render("journey.jte", report);
  }

  /** One comparison. */
  public static String of(Comparison comparison) {
    return render("compare.jte", comparison);
  }

  /** One binary. */
  public static String of(BinaryFacts facts) {
    return render("inspect.jte", facts);
  }

  private static String render(String template, Object document) {
    // Templates are compiled with the program; the engine only finds their classes.
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, HtmlReport.class.getClassLoader(), PACKAGE);
    TemplateOutput page = new StringOutput(1 << 16);
    engine.render(template, document, page);
    return page.toString();
  }
}
