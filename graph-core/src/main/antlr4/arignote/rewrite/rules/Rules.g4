// The language of rule files; docs/rewrite-rules.md describes it. RuleReader gives it meaning.
grammar Rules;

rules
  : phase* EOF
  ;

phase
  : DOC* 'phase' name=NAME ('extends' extended=NAME)? '{' rewrite* '}'
  ;

rewrite
  : DOC* 'rule' NAME ':' left=pattern '=>' (right=pattern | CLASS)
    ('where' where=conditions)? ('unless' unless=conditions)? ('assuming' assuming=conditions)? ';'
  ;

conditions
  : condition (',' condition)*
  ;

condition
  : NAME 'is' pattern # is
  | NAME '(' (value (',' value)*)? ')' # guard
  ;

pattern
  : <assoc = right> pattern '^' pattern # power
  | '-' pattern # negation
  | pattern ('*' | '/') pattern # product
  | pattern ('+' | '-') pattern # sum
  | NAME '(' operands? ')' attributes? # call
  | NAME # name
  | NUMBER # number
  | ('true' | 'false' | 'inf' | 'nan') # word
  | '(' pattern ')' # parenthesised
  ;

operands
  : '...'
  | pattern (',' pattern)*
  ;

attributes
  : '{' attribute (',' attribute)* '}'
  ;

attribute
  : NAME '=' value
  ;

value
  : value '*' value # times
  | value ('+' | '-') value # plus
  | '-' NUMBER # negative
  | NAME '(' (value (',' value)*)? ')' # function
  | NAME # reference
  | NUMBER # whole
  | '[' (value (',' value)*)? ']' # list
  | '(' value ')' # grouped
  ;

DOC
  : '///' ~[\r\n]*
  ;

COMMENT
  : '//' ~[\r\n]* -> skip
  ;

NAME
  : [a-z_] [A-Za-z0-9_]*
  ;

CLASS
  : [A-Z] [A-Za-z0-9]*
  ;

NUMBER
  : DIGIT+ ('.' DIGIT+)? ([eE] [+-]? DIGIT+)?
  ;

SPACE
  : [ \t\r\n]+ -> skip
  ;

// Left to the parser, which knows what it expected instead.
UNEXPECTED
  : .
  ;

fragment DIGIT
  : [0-9]
  ;
