// The text form of graphs. IrPrinter writes it, GraphBuilder gives it meaning.
//
// Statements are a flat list, so the parser's stack grows with the nesting of brackets only.
grammar IrGrammar;

graph
  : header '{' declaration* statement* result '}' EOF
  ;

header
  : 'graph' GLOBAL '(' (parameter (',' parameter)*)? ')' ('->' types)?
  ;

parameter
  : LOCAL ':' type
  ;

declaration
  : 'shared' GLOBAL ':' type
  ;

statement
  : LOCAL (',' LOCAL)* '=' expression ':' types
  ;

expression
  : 'constant' '{' word '=' literal '}' # constant
  | 'scan' attributes? '{'
      ('over' over+=binding)* ('carry' carries+=binding)* ('with' captured+=binding)*
      statement* ('next' next=operands)? ('stack' stacked=operands)?
    '}' # scan
  | 'cond' '(' operand ')' '{'
      ('with' captured+=binding)*
      'then' '{' then=yielding '}' 'otherwise' '{' otherwise=yielding '}'
    '}' # cond
  | 'fused' '{' ('with' captured+=binding)* yielding '}' # fused
  | 'subgraph' attributes '{' ('with' captured+=binding)* yielding '}' # subgraph
  | word '(' (operand (',' operand)*)? ')' attributes? # call
  ;

// The lines of a body and its outputs.
yielding
  : statement* 'yield' operands
  ;

// An input of a body and the operand that it stands for.
binding
  : LOCAL ':' type '=' operand
  ;

result
  : 'return' operands?
  ;

operands
  : operand (',' operand)*
  ;

operand
  : LOCAL
  | GLOBAL
  ;

attributes
  : '{' attribute (',' attribute)* '}'
  ;

attribute
  : word '=' value
  ;

value
  : '[' (value (',' value)*)? ']'
  | STRING
  | '-'? FLOAT
  | word shape
  | dim
  ;

// Apart from value, to be quick on large tensors: nothing to look ahead for.
literal
  : '[' (literal (',' literal)*)? ']'
  | '-'? (INTEGER | FLOAT | WORD)
  ;

types
  : type (',' type)*
  ;

type
  : word shape?
  ;

shape
  : '[' dim (',' dim)* ']'
  ;

dim
  : minus='-'? product (sign product)*
  ;

sign
  : '+'
  | '-'
  ;

product
  : factor (operator factor)*
  ;

operator
  : '*'
  | '/'
  ;

factor
  : INTEGER
  | word
  | '(' dim ')'
  ;

// Keywords are words too: dims, attributes and ops may have such names.
word
  : WORD
  | 'graph'
  | 'shared'
  | 'return'
  | 'constant'
  | 'scan'
  | 'cond'
  | 'fused'
  | 'subgraph'
  | 'over'
  | 'carry'
  | 'with'
  | 'next'
  | 'stack'
  | 'then'
  | 'otherwise'
  | 'yield'
  ;

typeAlone
  : type EOF
  ;

dimAlone
  : dim EOF
  ;

LOCAL
  : '%' (DIGITS | NAME | STRING)
  ;

GLOBAL
  : '@' (NAME | STRING)
  ;

FLOAT
  : DIGITS '.' DIGITS EXPONENT?
  | DIGITS EXPONENT
  ;

INTEGER
  : DIGITS
  ;

WORD
  : LETTER (LETTER | DIGIT)*
  ;

STRING
  : '"' (~["\\\u0000-\u001F] | '\\' ["\\nrt] | '\\u' HEX HEX HEX HEX)* '"'
  ;

COMMENT
  : '//' ~[\r\n]* -> skip
  ;

SPACE
  : [ \t\r\n]+ -> skip
  ;

// Left to the parser, which knows what it expected instead.
UNEXPECTED
  : .
  ;

fragment NAME
  : WORD ('.' (LETTER | DIGIT)+)*
  ;

fragment DIGITS
  : DIGIT+
  ;

fragment DIGIT
  : [0-9]
  ;

fragment LETTER
  : [A-Za-z_]
  ;

fragment HEX
  : [0-9A-Fa-f]
  ;

fragment EXPONENT
  : [eE] [+-]? DIGITS
  ;
