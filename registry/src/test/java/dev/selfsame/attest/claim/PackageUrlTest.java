package dev.selfsame.attest.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageUrlTest {
  @ParameterizedTest
  @CsvSource({
    "serde, 1.0.229, pkg:cargo/serde@1.0.229",
    "wasi, 0.14.7+wasi-0.2.4, pkg:cargo/wasi@0.14.7%2Bwasi-0.2.4",
    "odd name/é, 1%, pkg:cargo/odd%20name%2F%C3%A9@1%25",
  })
  void names_and_versions_are_percent_encoded(String name, String version, String url) {
    assertEquals(url, PackageUrl.ofCrate(name, version));
  }
}
