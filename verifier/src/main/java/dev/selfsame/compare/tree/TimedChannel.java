package dev.selfsame.compare.tree;

import dev.selfsame.binary.bytes.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file's bytes at any place: reading them takes long even where nothing comes out of them. */
final class TimedChannel implements SeekableByteChannel {
  private final SeekableByteChannel file;
  private final Deadline deadline = Deadline.current();

  TimedChannel(Path path) throws IOException {
    this.file = Files.newByteChannel(path);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int n = file.read(into);
    deadline.spend(Math.max(0, n));
    return n;
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public SeekableByteChannel position(long place) throws IOException {
    file.position(place);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
