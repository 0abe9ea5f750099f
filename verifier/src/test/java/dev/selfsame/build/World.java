package dev.selfsame.build;

/** What a command can find out about where it runs, and what it must find on every engine. */
final class World {
  static final String PROBE =
      """
      echo "id $(id -u) $(id -g)"
      echo "umask $(umask)"
      echo "host $(uname -n)"
      echo "pwd $(pwd -P)"
      env | sort
      for d in / /usr /src /dev /sys /proc/sys /out /build /tmp /dev/shm; do
        [ -w $d ] && (: > $d/.try) 2>/dev/null && rm $d/.try && echo "writable $d"
      done
      stat -c '%n %a %u %g' /src /out /build /tmp
      ls -ln --time-style=+%s /src | tail -n +2
      ls /sys
      for n in /dev/*; do [ -c $n ] && echo $n; done
      (: < /dev/tty) 2>/dev/null && echo "terminal"
      ls -1 /proc/self/fd | head -n 3 | tr '\\n' ' '; echo
      readlink /proc/self/fd/0
      head -c 10 /proc/kcore 2>/dev/null | wc -c
      cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '
      perl -MSocket -e 'socket(S,PF_INET,SOCK_STREAM,0); bind(S,sockaddr_in(0,inet_aton("127.0.0.1"))); listen(S,1); socket(C,PF_INET,SOCK_STREAM,0); print connect(C,getsockname(S))?"loopback\\n":"$!\\n"'
      grep -E '^(Cap|NoNewPrivs)' /proc/self/status
      cut -d: -f3 /proc/self/cgroup | sort -u
      ulimit -c; ulimit -n; ulimit -s
      ls -d /proc/[0-9]* | wc -l | { read n; [ $n -lt 12 ] && echo "own processes"; }
      unshare --user true 2>/dev/null && echo "nested user namespace"
      """;

  private World() {}

  static String expected() {
    return """
    id 1000 1000
    umask 0022
    host selfsame
    pwd /src
    LC_ALL=C.UTF-8
    ODD=a b'c"d=e
    PATH=/usr/bin:/bin
    PWD=/src
    writable /out
    writable /build
    writable /tmp
    writable /dev/shm
    /src 755 1000 1000
    /out 755 1000 1000
    /build 755 1000 1000
    /tmp 1777 1000 1000
    -rw-r--r-- 1 1000 1000  6 1767323045 input
    -rwxr-xr-x 1 1000 1000 10 1767323045 runnable
    /dev/full
    /dev/null
    /dev/ptmx
    /dev/random
    /dev/stdin
    /dev/tty
    /dev/urandom
    /dev/zero
    0 1 2\s
    /dev/null
    0
    lo
    loopback
    CapInh:\t0000000000000000
    CapPrm:\t0000000000000000
    CapEff:\t0000000000000000
    CapBnd:\t0000000000000000
    CapAmb:\t0000000000000000
    NoNewPrivs:\t1
    /
    0
    1024
    8192
    own processes
    """;
  }
}
