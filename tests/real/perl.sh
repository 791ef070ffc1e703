#!/bin/sh
# SPDX-License-Identifier: MIT
# perl.sh - hashes, regular expressions, sorting, fork and pipes
. "$(dirname "$0")/lib.sh"
need perl

cat >"$work/script" <<'END'
use strict; use warnings; use List::Util qw(sum); use POSIX qw(floor);
my %count;
for my $i (1 .. 50000) { my $word = sprintf("w%d", ($i * 7919) % 997); $count{$word} .= "$i,"; }
my @top = (sort { length $count{$b} <=> length $count{$a} || $a cmp $b } keys %count)[0 .. 4];
print "$_ ", length $count{$_}, "\n" for @top;
my $text = join " ", map { "k$_=v$_" } 1 .. 5000;
my %pairs = $text =~ /(\w+)=(\w+)/g;
print scalar(keys %pairs), " ", sum(map { length } values %pairs), " ", floor(3.7), "\n";
$| = 1;
my $pid = fork // die; if (!$pid) { my @a = map { { n => $_ } } 1 .. 1000; exit 5 }
waitpid $pid, 0; print "child ", $? >> 8, "\n";
open my $pipe, "-|", "echo through a pipe" or die; print while <$pipe>; close $pipe;
exit 6;
END
run_in_both perl perl "$work/script"
