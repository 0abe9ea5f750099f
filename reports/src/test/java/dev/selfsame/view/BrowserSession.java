package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.evidence.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A real browser with one window for many pages, which takes less time than one for each. It is
 * driven as its own tools drive it, so that keys are pressed and pages are printed as people do.
 *
 * <p>Source: Chrome DevTools Protocol, tip of tree.
 */
final class BrowserSession implements AutoCloseable {
  private static final String LISTENS = "DevTools listening on ";
  private static final int PATIENCE_SECONDS = 120;

  private final Path folder;
  private final Process process;
  private final HttpClient client;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final String window;
  private int last;

  /** Starts one; what it writes goes to the folder. */
  BrowserSession(Path folder) throws Exception {
    this.folder = folder;
    // A port that is free.
    this.process =
        new ProcessBuilder(new Browser(folder).command("--remote-debugging-port=0"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    this.client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
    try {
      this.socket =
          await(client.newWebSocketBuilder().buildAsync(URI.create(address()), new Answers()));
      String target =
          ask("", "Target.createTarget", "{\"url\":\"about:blank\"}").path("targetId").asText();
      this.window =
          ask(
                  "",
                  "Target.attachToTarget",
                  "{\"targetId\":\"%s\",\"flatten\":true}".formatted(target))
              .path("sessionId")
              .asText();
      // A window that no desktop has given the keyboard to would show no focus.
      ask("Emulation.setFocusEmulationEnabled", "{\"enabled\":true}");
    } catch (Exception | AssertionError e) {
      client.shutdownNow();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw e;
    }
  }

  /** Where it listens, as it says itself; what it says later is thrown away. */
  private String address() throws Exception {
    CompletableFuture<String> address = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (BufferedReader said = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
              if (line.startsWith(LISTENS)) {
                address.complete(line.substring(LISTENS.length()));
              }
            }
          } catch (IOException e) {
            // It has ended.
          }
          address.completeExceptionally(new IOException("chromium ended before it listened"));
        });
    return await(address);
  }

  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean whole) {
      text.append(part);
      if (whole) {
        JsonNode answer = Json.tree(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
        CompletableFuture<JsonNode> waits = asked.remove(answer.path("id").asInt());
        if (waits != null) {
          waits.complete(answer);
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      asked.values().forEach(waits -> waits.completeExceptionally(error));
    }
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("chromium does not answer", e);
    }
  }

  private JsonNode ask(String method, String parameters) throws Exception {
    return ask(window, method, parameters);
  }

  private JsonNode ask(String session, String method, String parameters) throws Exception {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("id", ++last).put("method", method);
    message.set("params", Json.tree(parameters.getBytes(StandardCharsets.UTF_8)));
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(last, answer);
    await(socket.sendText(message.toString(), true));
    JsonNode said = await(answer);
    assertTrue(said.path("error").isMissingNode(), method + ": " + said);
    return said.path("result");
  }

  /** Shows a page in a window of this size, as on a screen. */
  void open(String html, int width, int height) throws Exception {
    open("page.html", html, width, height);
  }

  /** Shows a picture that stands alone, with no page around it. */
  void openPicture(String svg, int width, int height) throws Exception {
    open("picture.svg", svg, width, height);
  }

  private void open(String name, String text, int width, int height) throws Exception {
    Path file = Files.writeString(folder.resolve(name), text);
    media("", "light");
    ask(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":false}"
            .formatted(width, height));
    ObjectNode url = JsonNodeFactory.instance.objectNode().put("url", file.toUri().toString());
    ask("Page.navigate", url.toString());
    evaluate(
        "new Promise(r => document.readyState == 'complete' ? r() : addEventListener('load', r))"
            + ".then(() => true)");
  }

  /**
   * As if on other media.
   *
   * @param media {@code print}, or empty for a screen
   * @param scheme {@code light} or {@code dark}
   */
  void media(String media, String scheme) throws Exception {
    ask(
        "Emulation.setEmulatedMedia",
        "{\"media\":\"%s\",\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]}"
            .formatted(media, scheme));
  }

  /** What an expression is, or comes to, in the page, whose policy does not bind it. */
  JsonNode evaluate(String expression) throws Exception {
    ObjectNode parameters = JsonNodeFactory.instance.objectNode();
    parameters.put("expression", expression).put("returnByValue", true).put("awaitPromise", true);
    JsonNode said = ask("Runtime.evaluate", parameters.toString());
    assertTrue(said.path("exceptionDetails").isMissingNode(), said.toString());
    return said.path("result").path("value");
  }

  /** A key on the keyboard. */
  enum Key {
    TAB("Tab", 9, ""),
    ENTER("Enter", 13, "\\r");

    private final String word;
    private final int code;
    private final String text;

    Key(String word, int code, String text) {
      this.word = word;
      this.code = code;
      this.text = text;
    }
  }

  /** Presses a key and lets it go. */
  void press(Key key) throws Exception {
    for (String type : List.of(key.text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
      ask(
          "Input.dispatchKeyEvent",
          "{\"type\":\"%s\",\"key\":\"%s\",\"code\":\"%s\",\"windowsVirtualKeyCode\":%d%s}"
              .formatted(
                  type,
                  key.word,
                  key.word,
                  key.code,
                  key.text.isEmpty() || type.equals("keyUp")
                      ? ""
                      : ",\"text\":\"%s\"".formatted(key.text)));
    }
  }

  /** The page as it prints it, as PDF. */
  byte[] print() throws Exception {
    String data = ask("Page.printToPDF", "{\"printBackground\":true}").path("data").asText();
    return Base64.getDecoder().decode(data);
  }

  /** The window as PNG. */
  byte[] picture() throws Exception {
    String data = ask("Page.captureScreenshot", "{\"format\":\"png\"}").path("data").asText();
    return Base64.getDecoder().decode(data);
  }

  @Override
  public void close() throws Exception {
    try {
      // It may be gone before it has answered.
      await(socket.sendText("{\"id\":0,\"method\":\"Browser.close\"}", true));
    } finally {
      client.shutdownNow();
      assertTrue(Browser.end(process), "chromium hangs");
    }
  }
}
