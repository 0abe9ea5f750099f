package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.access.Permission;
import dev.selfsame.oci.OciError;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EvidenceRouteTest {
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  private static EvidenceRoute route(String rest) {
    return EvidenceRoute.parse(rest.replace("DIGEST", DIGEST)).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "names/staged, GET, PULL, evidence",
    "names/promoted, HEAD, PULL, evidence",
    "about/DIGEST, GET, PULL, evidence",
    "about/DIGEST/DIGEST, GET, PULL, evidence",
    "channels/viworks/agent, GET, PULL, deploy/viworks/agent",
    "channel/production/viworks/agent, GET, PULL, deploy/viworks/agent",
    "channel/production/viworks/agent, POST, PROMOTE, deploy/viworks/agent",
    "channel/production/viworks/agent, PUT, PROMOTE, deploy/viworks/agent",
    "submissions/viworks/agent, GET, PULL, staging/viworks/agent",
    "submissions/viworks/agent, POST, PUSH, staging/viworks/agent",
    "submissions/viworks/agent, DELETE, PUSH, staging/viworks/agent",
    "blob/deploy/DIGEST/viworks/agent, GET, PULL, deploy/viworks/agent",
    "blob/staging/DIGEST/agent, GET, PULL, staging/agent",
    "channel/channel/channel/channel, GET, PULL, deploy/channel/channel",
  })
  void each_request_says_what_it_needs(String rest, String method, Permission right, String on) {
    assertEquals(Optional.of(new Gate.Need(right, on)), route(rest).need(method));
  }

  @Test
  void which_registry_it_is_may_be_asked_by_all() {
    assertEquals(Optional.empty(), route("").need("GET"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "names",
        "names/",
        "names/all",
        "x/y",
        "blob/other/DIGEST/a",
        "channel/a",
        "blob/"
      })
  void what_is_no_route_is_none(String rest) {
    assertEquals(Optional.empty(), EvidenceRoute.parse(rest.replace("DIGEST", DIGEST)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "channels/",
        "channels/../x",
        "channels/a//b",
        "channel/A/agent",
        "channel//agent",
        "about/x",
        "about/DIGEST/x",
        "submissions/A",
        "blob/deploy/x/agent",
        "blob/staging/DIGEST/",
        "blob/staging/DIGEST/../../deploy"
      })
  void bad_names_and_digests_are_refused(String rest) {
    assertThrows(OciError.class, () -> route(rest));
  }
}
