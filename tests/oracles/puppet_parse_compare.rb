# frozen_string_literal: true

# puppet_parse_compare.rb ORACLE OURS: compares the output of puppet_parse.rb
# with that of the example `accept` and lists the files on which they disagree.
# Fails if there are any.
def verdicts(file)
  File.readlines(file, chomp: true, encoding: 'utf-8').to_h do |line|
    verdict, rest = line.scrub.split(' ', 2)
    [rest.split("\t").first[/\A.*?\.(?:e?pp)(?=:\d|\z)/] || rest, [verdict, rest]]
  end
end

oracle = verdicts(ARGV[0])
ours = verdicts(ARGV[1])
missing = oracle.keys - ours.keys
different = oracle.keys.select { |path| ours.key?(path) && ours[path][0] != oracle[path][0] }
missing.each { |path| puts "missing #{path}" }
different.each { |path| puts "puppet: #{oracle[path].join(' ')}", "  ours: #{ours[path].join(' ')}" }
accepted = oracle.values.count { |verdict, _| verdict == 'ok' }
puts "#{oracle.size} files, #{accepted} accepted by Puppet, #{different.size} disagreements, #{missing.size} missing"
exit(different.empty? && missing.empty?)
