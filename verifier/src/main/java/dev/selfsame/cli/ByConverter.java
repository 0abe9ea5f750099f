package dev.selfsame.cli;

import dev.selfsame.view.OwnersText;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code crate} or {@code function}. */
final class ByConverter implements ITypeConverter<OwnersText.By> {
  @Override
  public OwnersText.By convert(String word) {
    for (OwnersText.By by : OwnersText.By.values()) {
      if (by.name().toLowerCase(Locale.ROOT).equals(word)) {
        return by;
      }
    }
    throw new TypeConversionException("'%s' is neither crate nor function".formatted(word));
  }
}
