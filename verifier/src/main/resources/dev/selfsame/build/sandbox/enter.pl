# Makes the sandbox's mounts and enters it; run by unshare(1) as process 1 of new namespaces.
#
# Input: lines of tab-separated, percent-encoded words on the file named by the first argument.
# Only perl-base is needed, which every Debian has. Host programs cannot be used for the last steps:
# once the old root is gone they are gone too.
use strict;
use warnings;

my %NUMBERS = (    # asm/unistd.h
    x86_64 => {
        mount => 165, umount2 => 166, pivot_root => 155, sethostname => 170,
        prctl => 157, capset => 126, unshare => 272, setsid => 112
    },
    aarch64 => {
        mount => 40, umount2 => 39, pivot_root => 41, sethostname => 161,
        prctl => 167, capset => 91, unshare => 97, setsid => 157
    },
);
my ($MS_RDONLY, $MS_NOSUID, $MS_NODEV, $MS_NOEXEC) = (1, 2, 4, 8);
my ($MS_REMOUNT, $MS_NOATIME, $MS_BIND, $MS_REC)   = (32, 1024, 4096, 16384);
my ($MS_NODIRATIME, $MS_PRIVATE, $MS_RELATIME)     = (2048, 1 << 18, 1 << 21);
my ($MNT_DETACH, $CLONE_NEWUSER)                   = (2, 0x10000000);
my ($PR_CAPBSET_DROP, $PR_CAP_AMBIENT)             = (24, 47);
my ($PR_CAP_AMBIENT_CLEAR_ALL, $LAST_CAPABILITY)   = (4, 63);

my ($plan, $machine, @command) = @ARGV;
my $number = $NUMBERS{$machine} or die "no system call numbers for $machine\n";
my $top;
my $host_proc;    # The new /proc is read-only by the time that the user map is written.

sub call {
    my ($name, @words) = @_;
    return syscall($number->{$name}, @words) != -1;
}

sub mount {
    my ($what, $where, $type, $flags, $data) = @_;
    call('mount', "$what", "$where", "$type", $flags + 0, "$data")
      or die "mounting $what at $where: $!\n";
}

# The flags that the kernel would not let us take away again.
sub locked_flags {
    my ($where) = @_;
    my $real = $where =~ s{/+$}{}r || '/';
    my %flag = (
        nosuid => $MS_NOSUID, nodev => $MS_NODEV, noexec => $MS_NOEXEC, noatime => $MS_NOATIME,
        nodiratime => $MS_NODIRATIME, relatime => $MS_RELATIME, ro => $MS_RDONLY
    );
    my $found = 0;
    open my $mounts, '<', '/proc/self/mountinfo' or die "mountinfo: $!\n";
    while (my $line = <$mounts>) {
        my ($point, $options) = (split / /, $line)[4, 5];
        $point =~ s/\\([0-7]{3})/chr oct $1/ge;
        next unless $point eq $real;
        $found = 0;
        $found |= $flag{$_} // 0 for split /,/, $options;
    }
    return $found;
}

sub remount {
    my ($where, $flags) = @_;
    mount('none', $where, '', $MS_REMOUNT | $MS_BIND | locked_flags($where) | $flags, '');
}

sub folder {
    my ($path, $mode) = @_;
    return if -d $path;
    folder($path =~ s{/[^/]+$}{}r, 0755);
    mkdir $path or die "making $path: $!\n";
    chmod $mode, $path or die "chmod $path: $!\n";
}

sub file {
    my ($path) = @_;
    return if -e $path;
    open my $out, '>', $path or die "making $path: $!\n";
}

sub bind_mount {
    my ($host, $where, $flags) = @_;
    -d $host ? folder($where, 0755) : file($where);
    mount($host, $where, '', $MS_BIND | $MS_REC, '');
    remount($where, $flags);
}

my %STEP = (
    bind => sub {
        my ($where, $host, $writable) = @_;
        bind_mount($host, $where, $MS_NOSUID | $MS_NODEV | ($writable ? 0 : $MS_RDONLY));
    },
    memory => sub {
        my ($where, $mode, $bytes) = @_;
        folder($where, 0755);
        mount('tmpfs', $where, 'tmpfs', $MS_NOSUID | $MS_NODEV, "mode=$mode,size=$bytes");
    },
    folder => sub { folder($_[0], oct $_[1]) },
    link   => sub { symlink $_[1], $_[0] or die "linking $_[0]: $!\n" },
    processes => sub {
        mount('proc', $_[0], 'proc', $MS_NOSUID | $MS_NODEV | $MS_NOEXEC, '');
    },
    devices => sub {
        my ($where) = @_;
        mount('tmpfs', $where, 'tmpfs', $MS_NOSUID, 'mode=0755,size=65536');
        bind_mount("/dev/$_", "$where/$_", $MS_NOSUID) for qw(null zero full random urandom tty);
        symlink "/proc/self/fd/$_->[0]", "$where/$_->[1]"
          for [0, 'stdin'], [1, 'stdout'], [2, 'stderr'];
        symlink '/proc/self/fd', "$where/fd";
        symlink '/proc/kcore',   "$where/core";
        folder("$where/$_", 0755) for qw(pts shm);
        mount('devpts', "$where/pts", 'devpts', $MS_NOSUID | $MS_NOEXEC,
            'newinstance,ptmxmode=0666,mode=620');
        symlink 'pts/ptmx', "$where/ptmx";
    },
    hidden => sub {
        my ($where, $is_folder) = @_;
        $is_folder
          ? mount('tmpfs', $where, 'tmpfs', $MS_RDONLY, 'mode=0755,size=4096')
          : bind_mount('/dev/null', $where, $MS_NOSUID);
    },
    frozen => sub { remount($_[0], $MS_RDONLY | $MS_NOSUID) },
);

# The loopback interface up, as every other engine has it (netdevice(7)).
sub loopback {
    socket my $socket, 2, 2, 0 or die "socket: $!\n";
    my $request = pack 'a16 s x22', 'lo', 0;
    ioctl $socket, 0x8913, $request or die "SIOCGIFFLAGS: $!\n";
    my (undef, $flags) = unpack 'a16 s', $request;
    $request = pack 'a16 s x22', 'lo', $flags | 1;
    ioctl $socket, 0x8914, $request or die "SIOCSIFFLAGS: $!\n";
}

sub say_to {
    my ($file, $text) = @_;
    open my $out, '>', $file or die "opening $file: $!\n";
    print {$out} $text;
    close $out or die "writing $file: $!\n";
}

# The command's own user, in a user namespace below the one that owns the mounts, so that it has no
# say over them; then every capability goes, for good.
sub become {
    my ($uid) = @_;
    call('unshare', $CLONE_NEWUSER) or die "inner user namespace: $!\n";
    my $proc = '/proc/self/fd/' . fileno $host_proc;
    say_to("$proc/self/setgroups", 'deny');
    say_to("$proc/self/uid_map",   "$uid 0 1");
    say_to("$proc/self/gid_map",   "$uid 0 1");
    say_to("$proc/sys/user/max_user_namespaces", '0');    # none below this one
    close $host_proc;
    for my $capability (0 .. $LAST_CAPABILITY) {
        next if call('prctl', $PR_CAPBSET_DROP, $capability, 0, 0, 0);
        last if $capability > 0;    # the kernel has no more
        die "bounding set: $!\n";
    }
    call('prctl', $PR_CAP_AMBIENT, $PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) or die "ambient: $!\n";
    my $none = pack 'L6', (0) x 6;
    call('capset', pack('L2', 0x20080522, 0), $none) or die "capset: $!\n";
}

sub main {
    open my $lines, '<', $plan or die "$plan: $!\n";
    my @steps = map { chomp; [map { s/%([0-9A-F]{2})/chr hex $1/ger } split /\t/, $_, -1] } <$lines>;
    close $lines;
    (my $hostname, my $uid, $top) = @{ shift @steps };
    sysopen $host_proc, '/proc', 0 or die "/proc: $!\n";

    mount('none', '/', '', $MS_REC | $MS_PRIVATE, '');
    call('sethostname', $hostname, length $hostname) or die "hostname: $!\n";
    loopback();
    for my $step (@steps) {
        my ($kind, $inside, @rest) = @$step;
        my $where = $inside eq '/' ? $top : "$top$inside";
        $STEP{$kind}->($where, @rest);
    }
    chdir $top or die "$top: $!\n";
    call('pivot_root', '.', '.') or die "pivot_root: $!\n";
    call('umount2',    '.', $MNT_DETACH) or die "leaving the old root: $!\n";
    chdir '/' or die "/: $!\n";
    call('setsid') or die "setsid: $!\n";
    become($uid);
    %ENV = ();
    exec { $command[0] } @command or die "$command[0]: $!\n";
}

main();
